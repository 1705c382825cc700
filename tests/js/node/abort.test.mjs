// The caller's signal, at every moment of a call.
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { after, before, beforeEach, test } from "node:test";

import * as earnkit from "earnkit";

import { eventually } from "../support/eventually.mjs";
import {
  ARGUMENTS,
  documentedStatus,
  failureOf,
  isRead,
  OPERATIONS,
  serversBehind,
  startCalls,
} from "../support/operations.mjs";

class ShopperLeft extends Error {}

let sandbox;
let calls;
let reset;

before(async () => {
  ({ sandbox, calls, reset } = await startCalls());
});
after(() => sandbox.stop());
beforeEach(() => reset());

/** Checks that the call ended by the signal, with its reason, and that nothing of it listens to the signal any more. */
async function assertAborted(call, { signal, reason, outcome, status, attempts, booked, requests }) {
  const failure = await failureOf(sandbox, call);
  const { error } = failure;
  assert.deepEqual([error.code, error.outcome, error.status, error.attempts], ["aborted", outcome, status, attempts]);
  assert.equal(error.cause, reason);
  assert.equal(failure.booked.length, booked);
  assert.equal(failure.requests.length, requests);
  assert.deepEqual(getEventListeners(signal, "abort"), []);
}

for (const operation of OPERATIONS) {
  const outcomeOnce = (sent) => (isRead(operation) ? "not_applied" : sent);
  const once = isRead(operation) ? 0 : 1;

  test(`${operation}: aborted before it began, it sends nothing`, async () => {
    const reason = new ShopperLeft();
    const signal = AbortSignal.abort(reason);
    const expected = { signal, reason, outcome: "not_applied", status: undefined, attempts: 0, booked: 0, requests: 0 };
    await assertAborted(() => calls[operation]({ signal }), expected);
  });

  test(`${operation}: aborted at once, while the wasm may still load, it sends nothing`, async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const reason = new ShopperLeft();
    const call = () => {
      const started = calls[operation]({ signal });
      controller.abort(reason);
      return started;
    };
    const expected = { signal, reason, outcome: "not_applied", status: undefined, attempts: 0, booked: 0, requests: 0 };
    await assertAborted(call, expected);
  });

  test(`${operation}: aborted while the server is at work, nobody knows`, async () => {
    await sandbox.fault({ fault: "stall_headers" });
    const controller = new AbortController();
    const { signal } = controller;
    const reason = new ShopperLeft();
    const call = async () => {
      const { length } = await sandbox.requests();
      const started = calls[operation]({ signal });
      await eventually(sandbox.requests, (requests) => requests.length > length);
      controller.abort(reason);
      return started;
    };
    const outcome = outcomeOnce("unknown");
    await assertAborted(call, { signal, reason, outcome, status: undefined, attempts: 1, booked: once, requests: 1 });
  });

  test(`${operation}: aborted while the answer comes in, the status tells that it was applied`, async () => {
    await sandbox.fault({ fault: "stall_body" });
    const controller = new AbortController();
    const { signal } = controller;
    const reason = new ShopperLeft();
    // The headers are there; what follows never comes.
    const fetch = async (url, init) => {
      const response = await globalThis.fetch(url, init);
      setTimeout(() => controller.abort(reason));
      return response;
    };
    const status = documentedStatus(operation);
    const outcome = outcomeOnce("applied");
    const call = () => calls[operation]({ signal }, { fetch });
    await assertAborted(call, { signal, reason, outcome, status, attempts: 1, booked: once, requests: 1 });
  });

  test(`${operation}: aborted when all is over, it changes nothing`, async () => {
    const controller = new AbortController();
    const result = await calls[operation]({ signal: controller.signal });
    assert.deepEqual(getEventListeners(controller.signal, "abort"), []);
    controller.abort();
    assert.ok(result);
  });
}

test("the request itself is aborted", async () => {
  const controller = new AbortController();
  let aborted = false;
  const fetch = (_, init) => {
    init.signal.addEventListener("abort", () => {
      aborted = true;
    });
    queueMicrotask(() => controller.abort());
    return new Promise(() => {});
  };
  await assert.rejects(calls.triggerEvent({ signal: controller.signal }, { fetch }), { code: "aborted" });
  assert.ok(aborted);
});

test("a timeout aborts the request", async () => {
  const signals = [];
  const fetch = (_, init) => {
    signals.push(init.signal);
    return new Promise(() => {});
  };
  const server = serversBehind(fetch).triggerEvent;
  await assert.rejects(earnkit.triggerEvent(server, "photo.shared", { timeoutMs: 20 }), { code: "timeout" });
  assert.deepEqual(
    signals.map(({ aborted }) => aborted),
    [true],
  );
});

test("aborted in the token function: nothing was sent", async () => {
  for (const operation of ["listEarningRules", "getCustomerStatus", "triggerEvent"]) {
    const controller = new AbortController();
    const { signal } = controller;
    const reason = new ShopperLeft();
    const token = () => {
      queueMicrotask(() => controller.abort(reason));
      return new Promise(() => {});
    };
    const call = () => calls[operation]({ signal }, { token });
    const expected = { signal, reason, outcome: "not_applied", status: undefined, attempts: 0, booked: 0, requests: 0 };
    await assertAborted(call, expected);
  }
});

test("aborted in the wait before a retry", async () => {
  await sandbox.fault({ fault: "status", status: 503, retryAfter: 20 });
  const controller = new AbortController();
  const { signal } = controller;
  const reason = new ShopperLeft();
  const onAttempt = ({ next }) => {
    if (next === "retry") setTimeout(() => controller.abort(reason));
  };
  const { error, requests } = await failureOf(sandbox, () => calls.listEarningRules({ signal, onAttempt }));
  assert.deepEqual([error.code, error.outcome, error.attempts, requests.length], ["aborted", "not_applied", 1, 1]);
  assert.equal(error.cause, reason);
  assert.deepEqual(getEventListeners(signal, "abort"), []);
});

test("one signal for many calls", async () => {
  const controller = new AbortController();
  const { signal } = controller;
  const fetch = () => new Promise(() => {});
  const servers = serversBehind(fetch);
  const started = OPERATIONS.map((operation) =>
    earnkit[operation](servers[operation], ...ARGUMENTS[operation], { signal }),
  );
  setTimeout(() => controller.abort());
  for (const { reason } of await Promise.allSettled(started)) {
    assert.equal(reason.code, "aborted");
    assert.equal(reason.cause, signal.reason);
  }
  assert.deepEqual(getEventListeners(signal, "abort"), []);
});

test("any reason will do, and it is the caller's own", async () => {
  for (const reason of ["a string", 0, null, { plain: true }]) {
    const error = await calls.triggerEvent({ signal: AbortSignal.abort(reason) }).catch((thrown) => thrown);
    assert.equal(error.code, "aborted");
    assert.equal(error.cause, reason);
  }
});
