// Many requests for one award, and many awards over a broken line: what is booked, entry by entry, in workerd.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { isLoyaltyError, triggerEvent } from "earnkit";

import { ORIGIN, startGateway } from "../support/gateway.mjs";
import { newCommitment } from "../support/operations.mjs";
import { untilFinal } from "../support/resend.mjs";
import { startSandbox } from "../support/sandbox.mjs";
import { scaled } from "../support/scale.mjs";
import { createScratch } from "../support/scratch.mjs";
import { eventsOf, sendSoak } from "./soak.mjs";

const AT_ONCE = scaled(1_000);
/** Of these, the requests of the package's own client. */
const CLIENTS = scaled(100);
const AWARDS = scaled(10_000);
const WORKER = new URL("soak-worker.mjs", import.meta.url);
/** The same seed makes the same awards. */
const seed = Number(process.env.EARNKIT_SEED ?? Math.floor(Math.random() * 2 ** 32));

let sandbox;
let gateway;
let scratch;
before(async () => {
  sandbox = await startSandbox();
  const emails = ["anna@example.com", "jan@example.com", "ola@example.com"];
  const tokens = await Promise.all(emails.map((email) => sandbox.signIn(email)));
  const events = ["duplicates.one", "duplicates.lost", ...eventsOf({ seed, count: AWARDS })];
  scratch = await createScratch("duplicates");
  gateway = await startGateway({
    sandbox,
    worker: WORKER,
    persist: scratch.path,
    bindings: { TOKENS: tokens, EVENTS: events },
  });
});
after(async () => {
  await gateway?.stop();
  await sandbox?.stop();
  await scratch?.remove();
});

const addEvent = (eventName) => sandbox.control("POST", "rules", { eventName, pointsAmount: 7 });
const delayed = (path) => sandbox.fault({ fault: "delay", delayMs: 400, method: "POST", path });
const bookings = async (is) => (await sandbox.ledger()).filter(is);

/** Sends an award until the answer is final. Gives that one; those before it must be `in_progress`. */
async function finalAnswer(send) {
  const answers = await untilFinal(send);
  for (const { status, headers, body } of answers.slice(0, -1)) {
    assert.deepEqual([status, body.error.code, body.error.outcome], [409, "in_progress", "unknown"]);
    assert.match(headers.get("retry-after"), /^[1-9]\d*$/);
  }
  return answers.at(-1);
}

test(`${AT_ONCE} requests at once with one key: one booking, and everybody gets its result`, async () => {
  await addEvent("duplicates.one");
  await delayed("/duplicates.one");
  const key = "one-key-for-all";
  const raw = Array.from({ length: AT_ONCE - CLIENTS }, () =>
    finalAnswer(() => gateway.post("events/duplicates.one", "duplicates.0", key)),
  );
  const headers = { origin: ORIGIN, cookie: "session=duplicates.0" };
  const clients = Array.from({ length: CLIENTS }, () =>
    triggerEvent({ gatewayUrl: gateway.url, headers }, "duplicates.one", {
      idempotencyKey: key,
      totalTimeoutMs: 120_000,
      timeoutMs: 60_000,
    }),
  );
  for (const { status, body } of await Promise.all(raw)) {
    assert.deepEqual([status, body], [200, { points: 7, final: true }]);
  }
  for (const result of await Promise.all(clients)) assert.deepEqual(result, { points: 7 });
  assert.equal((await bookings(({ eventName }) => eventName === "duplicates.one")).length, 1);
  const sent = (await sandbox.requests()).filter(({ path }) => path.endsWith("/duplicates.one"));
  assert.equal(sent.length, 1);
});

test("one order never pays two users, whoever asks first", async () => {
  await delayed("/commitments");
  const sending = Array.from({ length: 100 }, (_, index) =>
    finalAnswer(() => gateway.commit(`order-user-${index % 2}`, "order-1042", newCommitment)),
  );
  const last = await Promise.all(sending);
  const [booking, ...more] = await bookings(({ kind }) => kind === "commitment");
  assert.deepEqual(more, []);
  for (const [index, { status, body }] of last.entries()) {
    if (booking.userId === `order-user-${index % 2}`) {
      assert.deepEqual([status, body.id, body.final], [201, booking.commitmentId, true]);
    } else {
      assert.deepEqual([status, body.error.code, body.final], [422, "key_reused", true]);
    }
  }
});

test("the client ends with the one result when every answer on the way is lost", async () => {
  await addEvent("duplicates.lost");
  let lost = 0;
  const fetchAndLose = async (url, init) => {
    const response = await fetch(url, init);
    if (lost++ < 3) throw new TypeError("the answer is lost");
    return response;
  };
  const headers = { origin: ORIGIN, cookie: "session=duplicates.1" };
  const target = { gatewayUrl: gateway.url, headers, fetch: fetchAndLose };
  assert.deepEqual(await triggerEvent(target, "duplicates.lost"), { points: 7 });
  lost = 0;
  const error = await triggerEvent(target, "duplicates.lost", { retries: 0 }).catch((thrown) => thrown);
  assert.ok(isLoyaltyError(error));
  assert.equal(error.outcome, "unknown");
  const { idempotencyKey } = error;
  assert.deepEqual(await triggerEvent(target, "duplicates.lost", { idempotencyKey }), { points: 7 });
  assert.equal((await bookings(({ eventName }) => eventName === "duplicates.lost")).length, 2);
});

/** How often each award was booked, by its id. */
function countBookings(ledger) {
  const counts = new Map();
  for (const { userId, userSessionId, eventName } of ledger) {
    const id = eventName ?? userSessionId ?? userId;
    if (id?.startsWith("soak.")) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
}

/** What may be in the ledger of an award, by what the last answer under its key says. */
const MAY_BE_BOOKED = { applied: [1], not_applied: [0], unknown: [0, 1] };

const endOf = ({ status, body }) => (status < 300 ? "applied" : body.error.outcome);

test(`${AWARDS} awards with repeats and faults, seed ${seed}`, async () => {
  console.log(`seed ${seed} (EARNKIT_SEED makes the same awards again)`);
  const awards = await sendSoak({ seed, count: AWARDS, gateway, sandbox });
  const counts = countBookings(await sandbox.ledger());

  const wrong = [];
  const ends = new Map();
  for (const { id, operation, fault, answers } of awards) {
    const end = endOf(answers.at(-1));
    const booked = counts.get(id) ?? 0;
    const isRight = answers.at(-1).body.final && MAY_BE_BOOKED[end].includes(booked);
    // What was known for sure once stays so.
    const sure = answers
      .filter(({ body }) => body.final)
      .map(endOf)
      .filter((outcome) => outcome !== "unknown");
    const isSteady = sure.every((outcome) => outcome === end);
    if (!isRight || !isSteady) wrong.push({ id, operation, fault, booked, ends: answers.map(endOf) });
    const name = `${end} ${answers.at(-1).body.error?.code ?? ""}`;
    ends.set(name, (ends.get(name) ?? 0) + 1);
  }
  const requests = awards.reduce((sum, { answers }) => sum + answers.length, 0);
  console.log(`${requests} requests; ${[...counts.values()].reduce((a, b) => a + b, 0)} bookings`);
  console.log(
    [...ends]
      .sort()
      .map(([name, count]) => `${String(count).padStart(6)}  ${name}`)
      .join("\n"),
  );
  assert.deepEqual(wrong, []);
  assert.deepEqual(
    [...counts].filter(([, count]) => count > 1),
    [],
    "booked twice",
  );
  const ids = new Set(awards.map(({ id }) => id));
  assert.deepEqual(
    [...counts.keys()].filter((id) => !ids.has(id)),
    [],
    "booked though nobody asked for it",
  );
  // Otherwise this would have shown little.
  const share = (end) => awards.filter(({ answers }) => endOf(answers.at(-1)) === end).length / AWARDS;
  for (const end of Object.keys(MAY_BE_BOOKED)) assert.ok(share(end) > 0.02, `${end}: ${share(end)}`);
  assert.ok(requests > 1.5 * AWARDS);
});
