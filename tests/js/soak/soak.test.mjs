// Ten thousand awards over a line on which everything goes wrong: the ledger and what the callers were told, entry by entry.
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { login } from "earnkit";

import { credentials } from "../support/operations.mjs";
import { NOT_RUN, startRuntime, TITLES } from "../support/runtimes/start.mjs";
import { startSandbox } from "../support/sandbox.mjs";

const CALLS = 10_000;
const AT_ONCE = 200;
/** What one request to a worker makes: fewer requests, but not one that never ends. */
const BATCH = 2_500;
/** For requests that a client gave up and that are still on their way. */
const SETTLE_MS = 1_000;
/** The same seed makes the same calls. */
const seed = Number(process.env.EARNKIT_SEED ?? Math.floor(Math.random() * 2 ** 32));

const MAY_BE_BOOKED = { success: [1], applied: [1], not_applied: [0], unknown: [0, 1] };

async function soak(name) {
  const sandbox = await startSandbox();
  const runtime = await startRuntime(name, new URL("agent.mjs", import.meta.url));
  try {
    const signIn = async () => (await login({ baseUrl: sandbox.url }, credentials)).token;
    const server = { control: sandbox.url, apiKey: "sandbox-partner-key", tokens: [await signIn(), await signIn()] };
    const results = [];
    for (let first = 0; first < CALLS; first += BATCH) {
      results.push(...(await runtime.perform({ seed, first, count: BATCH, atOnce: AT_ONCE, server })));
    }
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    return { results, ledger: await sandbox.ledger() };
  } finally {
    await runtime.stop();
    await sandbox.stop();
  }
}

/** How often each id was booked. */
function countBookings(ledger) {
  const bookings = new Map();
  for (const { kind, userId, eventName } of ledger) {
    if (kind === "login") continue;
    const id = kind === "event" ? eventName : userId;
    bookings.set(id, (bookings.get(id) ?? 0) + 1);
  }
  return bookings;
}

function report(results) {
  const counts = new Map();
  for (const { outcome } of results) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return [...counts].sort().map(([outcome, count]) => `${String(count).padStart(6)}  ${outcome}`);
}

describe(`${CALLS} awards, ${AT_ONCE} at a time, seed ${seed}`, { concurrency: true }, () => {
  for (const name of ["node", "workerd"].filter((runtime) => !NOT_RUN.includes(runtime))) {
    test(TITLES[name], async () => {
      console.log(`seed ${seed} (EARNKIT_SEED makes the same calls again)`);
      const { results, ledger } = await soak(name);
      console.log(`${TITLES[name]}\n${report(results).join("\n")}`);

      const bookings = countBookings(ledger);
      const wrong = results.filter(({ id, outcome }) => {
        const allowed = MAY_BE_BOOKED[outcome.split(" ").at(-1)] ?? [];
        return !allowed.includes(bookings.get(id) ?? 0);
      });
      assert.deepEqual(
        wrong.map((result) => ({ ...result, booked: bookings.get(result.id) ?? 0 })),
        [],
      );
      const ids = new Set(results.map(({ id }) => id));
      assert.equal(ids.size, CALLS);
      assert.deepEqual(
        [...bookings.keys()].filter((id) => !ids.has(id)),
        [],
        "nothing was booked that nobody asked for",
      );
      // Otherwise this would have shown little.
      for (const kind of ["success", "applied", "not_applied", "unknown"]) {
        const share = results.filter(({ outcome }) => outcome.split(" ").at(-1) === kind).length / CALLS;
        assert.ok(share > 0.05, `${kind}: ${share}`);
      }
    });
  }
});
