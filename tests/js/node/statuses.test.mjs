// Every status that a server or something before it may answer with, for every call, whether it did the work or not.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";

import { failureOf, isRead, OPERATIONS, startCalls } from "../support/operations.mjs";

/** The status, the code, and the outcome of a call that changes something. */
const STATUSES = [
  [202, "invalid_response", "unknown"],
  [204, "invalid_response", "unknown"],
  [206, "invalid_response", "unknown"],
  [300, "redirected", "unknown"],
  [304, "redirected", "unknown"],
  [401, "unauthorized", "not_applied"],
  [402, "rejected", "not_applied"],
  [403, "forbidden", "not_applied"],
  [404, "not_found", "not_applied"],
  [405, "rejected", "not_applied"],
  [408, "timeout", "unknown"],
  [409, "conflict", "unknown"],
  [410, "rejected", "not_applied"],
  [413, "rejected", "not_applied"],
  [422, "rejected", "not_applied"],
  [429, "rate_limited", "not_applied"],
  [451, "rejected", "not_applied"],
  [499, "rejected", "not_applied"],
  [500, "server_error", "unknown"],
  [501, "server_error", "unknown"],
  [502, "server_error", "unknown"],
  [503, "server_error", "unknown"],
  [504, "server_error", "unknown"],
  [599, "server_error", "unknown"],
];

let sandbox;
let calls;
let reset;

before(async () => {
  ({ sandbox, calls, reset } = await startCalls());
});
after(() => sandbox.stop());
beforeEach(() => reset());

/** The call's error when the next request meets this fault; one request is made. */
async function errorWith(operation, fault) {
  await sandbox.fault(fault);
  const options = isRead(operation) ? { retries: 0 } : {};
  const { error, booked, requests } = await failureOf(sandbox, () => calls[operation](options));
  assert.equal(requests.length, 1);
  assert.equal(error.attempts, 1);
  assert.equal(error.operation, operation);
  return { error, booked };
}

for (const operation of OPERATIONS) {
  test(`${operation}: each status has its code and outcome`, async () => {
    for (const [status, code, outcomeOfAward] of STATUSES) {
      const outcome = isRead(operation) ? "not_applied" : outcomeOfAward;
      const { error } = await errorWith(operation, { fault: "status", status });
      const { code: actualCode, outcome: actualOutcome, status: actualStatus } = error;
      assert.deepEqual([actualStatus, actualCode, actualOutcome], [status, code, outcome]);
    }
  });

  test(`${operation}: where the outcome is unknown, the server may have done it`, async () => {
    for (const status of [202, 408, 409, 500, 503]) {
      for (const applied of [true, false]) {
        const { error, booked } = await errorWith(operation, { fault: "status", status, applied });
        assert.equal(error.outcome, isRead(operation) ? "not_applied" : "unknown");
        assert.equal(booked.length, applied && !isRead(operation) ? 1 : 0);
      }
    }
  });

  test(`${operation}: Retry-After is seconds or a date`, async () => {
    for (const status of [429, 503]) {
      const seconds = await errorWith(operation, { fault: "status", status, retryAfter: 7 });
      assert.equal(seconds.error.retryAfterMs, 7_000);
      const date = new Date(Date.now() + 3_600_000).toUTCString();
      const { retryAfterMs } = (await errorWith(operation, { fault: "status", status, retryAfter: date })).error;
      assert.ok(retryAfterMs > 3_000_000 && retryAfterMs <= 3_600_000, String(retryAfterMs));
      const nonsense = await errorWith(operation, { fault: "status", status, retryAfter: "soon" });
      assert.equal(nonsense.error.retryAfterMs, undefined);
    }
  });

  test(`${operation}: the server's words are kept, in one line and not endless`, async () => {
    const texts = [
      [{ error: "Bitte später\nnoch einmal 🫖" }, "Bitte später noch einmal 🫖"],
      [{ error: { code: 422, message: "nicht so" } }, "nicht so"],
      [{ code: 422, message: "so auch nicht" }, "so auch nicht"],
      [{ error: "ä".repeat(500) }, "ä".repeat(200)],
      [{ error: 5 }, undefined],
      [["error"], undefined],
      ["<html>no</html>", undefined],
      ["", undefined],
    ];
    for (const [body, serverMessage] of texts) {
      const { error } = await errorWith(operation, { fault: "status", status: 422, body });
      assert.deepEqual([error.code, error.serverMessage], ["rejected", serverMessage]);
      if (serverMessage) assert.ok(error.message.includes(serverMessage));
    }
  });
}

test("a 400 from the event endpoint that says nothing leaves the outcome unknown", async () => {
  // Open Loyalty 3.2.0 answers any exception so, after the points were booked too.
  for (const body of ["", "<html></html>", "{", '{"error":', "null"]) {
    for (const applied of [true, false]) {
      const fault = { fault: "status", status: 400, body, applied };
      const { error, booked } = await errorWith("triggerEvent", fault);
      assert.deepEqual([error.code, error.outcome, error.status], ["rejected", "unknown", 400], body);
      assert.equal(booked.length, applied ? 1 : 0);
    }
  }
});

test("a 400 from the event endpoint in any of the server's words", async () => {
  const words = [
    ["event does not exist", "event_unavailable"],
    ["event nie istnieje", "event_unavailable"],
    ["limit exceeded", "limit_exceeded"],
    ["limit was exceeded ", "limit_exceeded"],
    ["limit został wyczerpany", "limit_exceeded"],
    ["something else", "rejected"],
  ];
  for (const [text, code] of words) {
    const { error } = await errorWith("triggerEvent", { fault: "status", status: 400, body: { error: text } });
    assert.deepEqual([error.code, error.outcome, error.status], [code, "not_applied", 400], text);
  }
});

for (const operation of OPERATIONS.filter((name) => name !== "triggerEvent")) {
  test(`${operation}: a 400 is a refusal, whatever it says`, async () => {
    for (const body of ["", { error: "event does not exist" }, "<html></html>"]) {
      const { error } = await errorWith(operation, { fault: "status", status: 400, body });
      assert.deepEqual([error.code, error.outcome, error.status], ["rejected", "not_applied", 400]);
    }
  });
}
