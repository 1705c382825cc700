// The line breaks, stalls or lies at every point of a call: the code, the outcome, and what the server really did.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";

import { eventually } from "../support/eventually.mjs";
import { documentedStatus, failureOf, isRead, OPERATIONS, startCalls } from "../support/operations.mjs";
import { startServer } from "../support/other-server.mjs";

/** Long enough for a request to arrive and for an answer to begin. */
const SHORT_MS = 1_000;
const DOCUMENTED = "the documented status";

/** The code, outcome and status of a call that changes something, and how much the server booked. */
const FAULTS = [
  {
    about: "the connection closes before the server does anything",
    fault: { fault: "drop_before" },
    expect: { code: "network", outcome: "unknown", booked: 0 },
  },
  {
    about: "the server does it, and the connection closes",
    fault: { fault: "apply_then_drop" },
    expect: { code: "network", outcome: "unknown", booked: 1 },
  },
  {
    about: "the connection closes in the middle of the answer",
    fault: { fault: "truncate" },
    expect: { code: "network", outcome: "applied", status: DOCUMENTED, booked: 1 },
  },
  {
    about: "the connection closes after the headers",
    fault: { fault: "truncate", bytes: 0 },
    expect: { code: "network", outcome: "applied", status: DOCUMENTED, booked: 1 },
  },
  {
    about: "a captive portal answers in the server's place",
    fault: { fault: "html" },
    expect: { code: "invalid_response", outcome: "unknown", status: 200, booked: 0 },
  },
  {
    about: "the server does it, and something on the way answers with a page",
    fault: { fault: "html", applied: true },
    expect: { code: "invalid_response", outcome: "unknown", status: 200, booked: 1 },
  },
  {
    about: "the answer is larger than the caller allows",
    fault: { fault: "oversize", bytes: 300_000 },
    options: { maxResponseBytes: 200_000 },
    expect: { code: "invalid_response", outcome: "applied", status: DOCUMENTED, booked: 1 },
  },
  {
    about: "a failing server's answer is larger than the caller allows",
    fault: { fault: "status", status: 500, body: "x".repeat(300_000) },
    options: { maxResponseBytes: 200_000 },
    expect: { code: "server_error", outcome: "unknown", status: 500, booked: 0 },
  },
  {
    about: "the server does it, and answers with JSON that is not the documented one",
    fault: { fault: "status", status: 200, body: "{}", applied: true },
    expect: { code: "invalid_response", outcome: "applied", status: 200, booked: 1 },
    only: (operation) => documentedStatus(operation) === 200,
  },
  {
    about: "the server does it, and answers with something that is not JSON",
    fault: { fault: "status", status: 201, body: "Created", applied: true },
    expect: { code: "invalid_response", outcome: "applied", status: 201, booked: 1 },
    only: (operation) => documentedStatus(operation) === 201,
  },
  {
    about: "another 2xx than the documented one says nothing for certain",
    fault: { fault: "status", status: 201, body: {}, applied: true },
    expect: { code: "invalid_response", outcome: "unknown", status: 201, booked: 1 },
    only: (operation) => documentedStatus(operation) === 200,
  },
];

let sandbox;
let calls;
let reset;

before(async () => {
  ({ sandbox, calls, reset } = await startCalls());
});
after(() => sandbox.stop());
beforeEach(() => reset());

/** The options, without retries. */
const once = (operation, options) => ({ ...options, ...(isRead(operation) && { retries: 0 }) });

function assertFailure(operation, { code, outcome, status, attempts }, expect) {
  assert.deepEqual(
    { code, outcome, status, attempts },
    {
      code: expect.code,
      outcome: isRead(operation) ? "not_applied" : expect.outcome,
      status: expect.status === DOCUMENTED ? documentedStatus(operation) : expect.status,
      attempts: 1,
    },
    operation,
  );
}

for (const operation of OPERATIONS) {
  for (const { about, fault, options, expect, only } of FAULTS) {
    if (only && !only(operation)) continue;
    test(`${operation}: ${about}`, async () => {
      await sandbox.fault(fault);
      const { error, booked, requests } = await failureOf(sandbox, () => calls[operation](once(operation, options)));
      assertFailure(operation, error, expect);
      assert.equal(requests.length, 1, "one request, whatever happens");
      assert.equal(booked.length, isRead(operation) ? 0 : expect.booked);
    });
  }
}

/** What waits for a timeout: for all calls at once. */
const STALLS = [
  {
    about: "the server does it, and never answers",
    fault: { fault: "stall_headers" },
    options: { timeoutMs: SHORT_MS },
    expect: { code: "timeout", outcome: "unknown", booked: 1 },
  },
  {
    about: "the server hangs before it does anything",
    fault: { fault: "stall_headers", applied: false },
    options: { totalTimeoutMs: SHORT_MS },
    expect: { code: "timeout", outcome: "unknown", booked: 0 },
  },
  {
    about: "the answer stops in the middle",
    fault: { fault: "stall_body" },
    options: { timeoutMs: SHORT_MS },
    expect: { code: "timeout", outcome: "applied", status: DOCUMENTED, booked: 1 },
  },
];

/** The request of each call; a path that holds another one comes first. */
const REQUESTS = {
  listEarningRules: { method: "GET", path: "/customer/earningRule" },
  getCustomerStatus: { method: "GET", path: "/status" },
  assignPoints: { method: "POST", path: "/commitments" },
  createUser: { method: "POST", path: "/koomalooma/api/users" },
  triggerEvent: { method: "POST", path: "/photo.shared" },
  login: { method: "POST", path: "/login_check" },
  refreshTokens: { method: "POST", path: "/token/refresh" },
};
const BOOKINGS = ["commitment", "event", "login", "login", "user"];

for (const { about, fault, options, expect } of STALLS) {
  test(`every call: ${about}`, async () => {
    for (const request of Object.values(REQUESTS)) await sandbox.fault({ ...fault, ...request });
    const before = (await sandbox.ledger()).length;
    const failures = OPERATIONS.map(async (operation) => {
      const error = await calls[operation](once(operation, options)).catch((thrown) => thrown);
      assertFailure(operation, error, expect);
    });
    await Promise.all(failures);
    const booked = (await sandbox.ledger()).slice(before).map(({ kind }) => kind);
    assert.deepEqual(booked.sort(), expect.booked ? BOOKINGS : []);
    // 1 is Anna's own login.
    assert.equal((await sandbox.requests()).length, 1 + OPERATIONS.length);
  });
}

test("an answer over the default limit of 8 MiB is not read to its end", async () => {
  await sandbox.fault({ fault: "oversize", bytes: 8 * 1024 * 1024 + 1 });
  const { error, booked } = await failureOf(sandbox, () => calls.triggerEvent());
  assert.deepEqual([error.code, error.outcome, booked.length], ["invalid_response", "applied", 1]);
});

test("an answer of exactly the limit is read", async () => {
  await sandbox.fault({ fault: "oversize", bytes: 100_000 });
  assert.deepEqual(await calls.triggerEvent({ maxResponseBytes: 100_000 }), { points: 12.5 });
});

test("a late answer within the time is an answer", async () => {
  await sandbox.fault({ fault: "delay", delayMs: 100 });
  assert.deepEqual(await calls.triggerEvent(), { points: 12.5 });
});

for (const operation of OPERATIONS) {
  test(`${operation} follows no redirect: the other origin sees nothing`, async () => {
    const other = await startServer((_, response) => response.end("{}"));
    for (const redirectStatus of [301, 302, 303, 307, 308]) {
      for (const location of [`${other.url}/stolen`, "/elsewhere"]) {
        await sandbox.fault({ fault: "redirect", redirectStatus, location, applied: true });
        const { error, requests } = await failureOf(sandbox, () => calls[operation]());
        assertFailure(operation, error, { code: "redirected", outcome: "unknown", status: redirectStatus });
        assert.equal(requests.length, 1);
      }
    }
    assert.deepEqual(other.requests, []);
    await other.stop();
  });

  test(`${operation}: nobody listens`, async () => {
    const closed = await startServer(() => {});
    await closed.stop();
    const call = () => calls[operation](once(operation), { baseUrl: closed.url });
    const { error } = await failureOf(sandbox, call);
    assertFailure(operation, error, { code: "network", outcome: "unknown", status: undefined });
    assert.ok(error.cause instanceof Error);
    assert.equal(error.cause.code, "ECONNREFUSED");
  });
}

test("the server is told when the caller has given up", async () => {
  await sandbox.fault({ fault: "stall_headers" });
  await failureOf(sandbox, () => calls.listEarningRules({ timeoutMs: SHORT_MS, retries: 0 }));
  // The sandbox notes how long an answer took when the connection is gone.
  const last = async () => (await sandbox.requests()).at(-1).durationMs;
  await eventually(last, (durationMs) => durationMs !== null);
});
