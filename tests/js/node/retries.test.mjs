// Reads are tried again, what changes something is not.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";

import { AWARDS, failureOf, READS, startCalls } from "../support/operations.mjs";

const TRANSIENT = [408, 429, 500, 502, 503, 504];
const FINAL = [202, 302, 400, 401, 403, 404, 409, 422, 501];
/** No wait. */
const NOW = { retryAfter: 0 };

let sandbox;
let calls;
let reset;

before(async () => {
  ({ sandbox, calls, reset } = await startCalls());
});
after(() => sandbox.stop());
beforeEach(() => reset());

for (const operation of READS) {
  test(`${operation} is tried again, twice, when that may help`, async () => {
    for (const status of TRANSIENT) {
      await sandbox.fault({ fault: "status", status, count: 2, ...NOW });
      const attempts = [];
      await calls[operation]({ onAttempt: (attempt) => attempts.push(attempt) });
      assert.deepEqual(
        attempts.map(({ attempt, status: seen, next, delayMs }) => [attempt, seen, next, delayMs]),
        [
          [1, status, "retry", 0],
          [2, status, "retry", 0],
          [3, 200, "done", undefined],
        ],
      );
    }
  });

  test(`${operation} gives up after three attempts, or as the caller says`, async () => {
    for (const retries of [undefined, 0, 1, 10]) {
      const expected = 1 + (retries ?? 2);
      await sandbox.fault({ fault: "status", status: 503, count: expected, ...NOW });
      const { error, requests } = await failureOf(sandbox, () => calls[operation]({ retries }));
      assert.deepEqual([error.code, error.attempts, requests.length], ["server_error", expected, expected]);
    }
  });

  test(`${operation} is not tried again when that can't help`, async () => {
    for (const status of FINAL) {
      await sandbox.fault({ fault: "status", status, ...NOW });
      const { error, requests } = await failureOf(sandbox, () => calls[operation]());
      assert.deepEqual([error.status, error.attempts, requests.length], [status, 1, 1]);
    }
  });

  test(`${operation} is tried again after a failed connection and after a timeout`, async () => {
    for (const fault of ["drop_before", "apply_then_drop", "truncate", "stall_body"]) {
      await sandbox.fault({ fault });
      const nexts = [];
      await calls[operation]({ timeoutMs: 1_000, onAttempt: ({ next }) => nexts.push(next) });
      assert.deepEqual(nexts, ["retry", "done"], fault);
    }
  });

  test(`${operation} does not wait longer than there is time`, async () => {
    await sandbox.fault({ fault: "status", status: 503, retryAfter: 31 });
    const { error, requests } = await failureOf(sandbox, () => calls[operation]());
    assert.deepEqual([error.code, error.retryAfterMs, error.attempts, requests.length], ["server_error", 31_000, 1, 1]);
  });
}

for (const operation of AWARDS) {
  test(`${operation} is sent once, whatever happens`, async () => {
    const faults = [...TRANSIENT, ...FINAL].map((status) => ({ fault: "status", status, ...NOW }));
    for (const fault of [...faults, { fault: "drop_before" }, { fault: "apply_then_drop" }, { fault: "truncate" }]) {
      await sandbox.fault(fault);
      const nexts = [];
      const { error, requests } = await failureOf(sandbox, () =>
        calls[operation]({ onAttempt: ({ next }) => nexts.push(next) }),
      );
      assert.deepEqual([error.attempts, requests.length, nexts.join()], [1, 1, "failed"]);
    }
  });
}

test("an attempt says what was asked, without ids", async () => {
  const routes = {};
  for (const [operation, call] of Object.entries(calls)) {
    await call({
      onAttempt({ operation: named, route, attempt, status, durationMs, next }) {
        assert.equal(named, operation);
        assert.equal(attempt, 1);
        assert.ok(durationMs >= 0);
        assert.equal(next, "done");
        routes[operation] = `${route} ${status}`;
      },
    });
  }
  assert.deepEqual(routes, {
    listEarningRules: "GET /api/{storeCode}/customer/earningRule 200",
    getCustomerStatus: "GET /api/{storeCode}/customer/{customerId}/status 200",
    createUser: "POST /users 201",
    assignPoints: "POST /users/{userId}/commitments 201",
    triggerEvent: "POST /api/{storeCode}/customer/earningRule/{eventName} 200",
    login: "POST /api/{storeCode}/customer/login_check 200",
    refreshTokens: "POST /api/{storeCode}/token/refresh 200",
  });
});

test("an onAttempt that throws changes nothing, and is logged once", async (context) => {
  const { mock } = context.mock.method(console, "error", () => {});
  const onAttempt = () => {
    throw new Error("no log today");
  };
  assert.deepEqual(await calls.triggerEvent({ onAttempt }), { points: 12.5 });
  assert.deepEqual(await calls.triggerEvent({ onAttempt }), { points: 12.5 });
  const rejected = async () => onAttempt();
  assert.deepEqual(await calls.triggerEvent({ onAttempt: rejected }), { points: 12.5 });
  // Node's runner fails a test whose process sees a rejection that nobody handles.
  await new Promise((resolve) => setTimeout(resolve));
  assert.equal(mock.callCount(), 1);
});
