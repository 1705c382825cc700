// One award under each fault, in each runtime and with other clients: what the server booked, and what the caller knows.
import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { describe, test } from "node:test";

import { NOT_RUN, PAGES, SERVERS, startRuntime, TITLES } from "../support/runtimes/start.mjs";
import { CLIENTS, performWith } from "./clients.mjs";
import { compose } from "./document.mjs";
import { cases, startBench } from "./measure.mjs";
import { outcomes } from "./table.mjs";

const AGENT = new URL("agent.mjs", import.meta.url);
const DOCUMENT = new URL("../../../docs/conformance.md", import.meta.url);
const DOCUMENTED_STATUS = { createUser: 201, assignPoints: 201, triggerEvent: 200 };
/** Most of the time is waiting. */
const AT_ONCE = 6;

const measured = {};
const isPage = (name) => PAGES.includes(name);

/** Measures every fault, and collects what is not as it should be. */
async function measureAll(name, perform, check) {
  const bench = await startBench();
  try {
    const rows = [];
    const wrong = [];
    for (const fault of cases.filter(({ pagesOnly }) => !pagesOnly || isPage(name))) {
      const row = await bench.measure(perform, fault);
      rows.push(row);
      for (const [what, isRight] of Object.entries(check(row, fault))) {
        if (!isRight) wrong.push(`${row.name}, ${row.operation}: ${what}: ${JSON.stringify(row)}`);
      }
    }
    measured[name] = rows;
    return { wrong, secrets: bench.secrets };
  } finally {
    await bench.stop();
  }
}

const IS_TRUE = {
  success: (bookings) => bookings >= 1,
  applied: (bookings) => bookings >= 1,
  not_applied: (bookings) => bookings === 0,
  unknown: () => true,
};

/** Whether the award came in on the kind of connection that the row is about. */
function isOnItsConnection({ connections, requests }, connection) {
  const first = connections.find((methods) => methods.includes("POST"));
  if (requests === 0) return true;
  return (first[0] === "POST") === (connection === "fresh") && first.includes("GET") === (connection === "warm");
}

const checks = (name) => (row, fault) => {
  const resends =
    isPage(name) && fault.connection !== "fresh" && ["drop_before", "apply_then_drop"].includes(fault.fault?.fault);
  const refreshes = row.operation === "triggerEvent" && fault.refreshed;
  const expect = resends ? { code: "success", outcome: "success" } : refreshes || fault.expect;
  const status = expect.status === "documented" ? DOCUMENTED_STATUS[row.operation] : expect.status;
  const hidesRedirects = isPage(name) && expect.code === "redirected";
  return {
    "the outcome is true": IS_TRUE[row.outcome]?.(row.bookings),
    "booked at most once, or twice by a page's browser": row.bookings <= (resends ? 2 : 1),
    "the code": row.code === expect.code,
    "the outcome": row.outcome === expect.outcome,
    "the status": row.status === (hidesRedirects ? undefined : status),
    "the bookings": resends || row.bookings === expect.bookings,
    "one request for one fetch": resends ? row.requests === 2 : row.requests === row.attempts,
    "nothing was sent elsewhere": row.told === 0 && row.secrets === 0,
    "nothing secret was said": row.said.length === 0,
    "the connection was fresh or warm": isOnItsConnection(row, fault.connection),
  };
};

describe("one award, one fault", { concurrency: AT_ONCE }, () => {
  for (const name of [...SERVERS, ...PAGES]) {
    test(TITLES[name], async () => {
      const runtime = await startRuntime(name, AGENT);
      try {
        const { wrong, secrets } = await measureAll(name, runtime.perform, checks(name));
        assert.deepEqual(wrong, []);
        const printed = runtime.output();
        assert.match(printed, /network/, "the errors were printed");
        assert.deepEqual(
          secrets.filter((secret) => printed.includes(secret)),
          [],
          "nothing secret was printed",
        );
      } finally {
        await runtime.stop();
      }
    });
  }
  for (const client of CLIENTS) {
    test(client, async () => {
      const { wrong } = await measureAll(client, performWith(client), () => ({}));
      assert.deepEqual(wrong, []);
    });
  }
});

test("the document says what was measured", async () => {
  const pick = (names) =>
    Object.fromEntries(names.map((name) => [name, measured[name] ?? assert.fail(`not run: ${name}`)]));
  const [servers, pages] = [pick(SERVERS), pick(PAGES)];
  const document = compose(servers, pages, pick(CLIENTS));
  for (const [name, rows] of Object.entries(measured)) {
    console.log(`\n${TITLES[name] ?? name}\n${outcomes(rows, { withTimes: true })}`);
  }
  if (process.env.EARNKIT_WRITE_DOCUMENTS && NOT_RUN.length === 0) {
    await mkdir(new URL(".", DOCUMENT), { recursive: true });
    await writeFile(DOCUMENT, document);
  }
  const kept = await readFile(DOCUMENT, "utf8");
  const advice = "docs/conformance.md is not what was measured: EARNKIT_WRITE_DOCUMENTS=1 writes it";
  if (NOT_RUN.length === 0) assert.equal(kept, document, advice);
  for (const name of [...SERVERS, ...PAGES]) assert.ok(kept.includes(outcomes(measured[name])), advice);
});
