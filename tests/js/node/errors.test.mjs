// LoyaltyError: a real Error, known across copies and realms.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { inspect, promisify } from "node:util";

import { isLoyaltyError, LoyaltyError, listEarningRules, triggerEvent } from "earnkit";

import { hostileProxy } from "../support/bad-values.mjs";
import { serversBehind } from "../support/operations.mjs";
import { copyPackage } from "../support/package.mjs";

const answering = (status, body, headers) =>
  serversBehind(async () => Response.json(body, { status, headers })).triggerEvent;

const errorOf = (promise) =>
  promise.then(
    () => assert.fail("it succeeded"),
    (error) => error,
  );

const limitExceeded = () => errorOf(triggerEvent(answering(400, { error: "limit exceeded" }), "photo.shared"));

let copy;
before(async () => {
  copy = await copyPackage();
});
after(() => copy.remove());

test("it is a real Error of its own class", async () => {
  const error = await limitExceeded();
  assert.ok(error instanceof Error);
  assert.ok(error instanceof LoyaltyError);
  assert.equal(error.constructor, LoyaltyError);
  assert.equal(error.name, "LoyaltyError");
  assert.equal(Object.prototype.toString.call(error), "[object Error]");
  assert.ok(!Object.hasOwn(error, "name"), "the name is no detail of one error");
  assert.ok(!Object.hasOwn(error, "cause"));
  assert.match(String(error), /^LoyaltyError: triggerEvent: .*limit/);
});

test("its fields, and nothing besides", async () => {
  assert.deepEqual(
    { ...(await limitExceeded()) },
    {
      code: "limit_exceeded",
      outcome: "not_applied",
      operation: "triggerEvent",
      attempts: 1,
      status: 400,
      serverMessage: "limit exceeded",
    },
  );
  const server = answering(503, {}, { "retry-after": "7" });
  assert.deepEqual(
    { ...(await errorOf(triggerEvent(server, "photo.shared"))) },
    {
      code: "server_error",
      outcome: "unknown",
      operation: "triggerEvent",
      attempts: 1,
      status: 503,
      retryAfterMs: 7_000,
    },
  );
  assert.deepEqual(
    { ...(await errorOf(triggerEvent(answering(200, { points: "5" }), "photo.shared"))) },
    {
      code: "invalid_response",
      outcome: "applied",
      operation: "triggerEvent",
      attempts: 1,
      status: 200,
      field: "points",
    },
  );
});

test("the field of an answer is a path into it", async () => {
  const rule = { earningRuleId: "1", type: "points" };
  const fields = [
    [{ currency: "EUR" }, "earningRules"],
    [{ earningRules: [rule, rule, rule, { type: "points" }] }, "earningRules[3].earningRuleId"],
    [{ earningRules: [{ ...rule, levelNames: { a: 5 } }] }, "earningRules[0].levelNames"],
    [
      { earningRules: [{ ...rule, usages: [{ subject: { subjectId: "anna" }, date: "soon" }] }] },
      "earningRules[0].usages[0].date",
    ],
  ];
  for (const [body, field] of fields) {
    const { fetch, ...server } = serversBehind(async () => Response.json(body)).listEarningRules;
    const error = await errorOf(listEarningRules({ ...server, fetch }));
    assert.deepEqual([error.code, error.outcome, error.field], ["invalid_response", "not_applied", field]);
    assert.ok(error.message.includes(field));
  }
});

test("the stack begins where it was called", async () => {
  const openLoyalty = answering(400, { error: "limit exceeded" });
  async function clickOnClaim() {
    return await triggerEvent(openLoyalty, "photo.shared");
  }
  const { stack, message } = await errorOf(clickOnClaim());
  assert.ok(stack.startsWith(`LoyaltyError: ${message}\n`));
  assert.match(stack, /at async clickOnClaim \(.*errors\.test\.mjs:\d+:\d+\)/);
  async function clickOnNothing() {
    return await triggerEvent(openLoyalty, "");
  }
  assert.match((await errorOf(clickOnNothing())).stack, /clickOnNothing \(.*errors\.test\.mjs:\d+:\d+\)/);
});

test("toJSON gives the name, the message and the fields", async () => {
  const error = await limitExceeded();
  const parsed = JSON.parse(JSON.stringify({ error }));
  assert.deepEqual(parsed.error, { name: "LoyaltyError", message: error.message, ...error });
});

test("the console shows the fields", async () => {
  const shown = inspect(await limitExceeded());
  assert.match(shown, /LoyaltyError: triggerEvent/);
  assert.match(shown, /code: 'limit_exceeded'/);
  assert.match(shown, /outcome: 'not_applied'/);
});

test("isLoyaltyError narrows by code", async () => {
  const error = await limitExceeded();
  assert.equal(isLoyaltyError(error), true);
  assert.equal(isLoyaltyError(error, undefined), true);
  assert.equal(isLoyaltyError(error, "limit_exceeded"), true);
  assert.equal(isLoyaltyError(error, "event_unavailable"), false);
});

test("isLoyaltyError knows nothing else, and never throws", () => {
  const likeOne = Object.assign(new Error("limit"), {
    name: "LoyaltyError",
    code: "limit_exceeded",
    outcome: "not_applied",
  });
  const others = [
    undefined,
    null,
    0,
    5n,
    "",
    "LoyaltyError",
    Symbol("LoyaltyError"),
    true,
    {},
    [],
    () => {},
    new Error(),
    likeOne,
  ];
  for (const value of [...others, Object.create(null), hostileProxy(), hostileProxy(() => {})]) {
    assert.equal(isLoyaltyError(value), false);
    assert.equal(isLoyaltyError(value, "limit_exceeded"), false);
  }
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  assert.equal(isLoyaltyError(proxy), false);
});

test("errors of another copy are known, both ways", async () => {
  const other = await import(copy.entry("server"));
  assert.notEqual(other.LoyaltyError, LoyaltyError);
  const mine = await limitExceeded();
  const theirs = await errorOf(other.triggerEvent(answering(400, { error: "limit exceeded" }), "photo.shared"));
  assert.ok(!(theirs instanceof LoyaltyError));
  for (const guard of [isLoyaltyError, other.isLoyaltyError]) {
    for (const error of [mine, theirs]) {
      assert.equal(guard(error), true);
      assert.equal(guard(error, "limit_exceeded"), true);
      assert.equal(guard(error, "network"), false);
    }
  }
});

test("errors of another realm are known, both ways", async () => {
  const script = fileURLToPath(new URL("../support/another-realm.mjs", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ["--experimental-vm-modules", script]);
  assert.deepEqual(JSON.parse(stdout), {
    isOfThisRealm: [
      ["here", true],
      ["there", false],
    ],
    known: [
      ["here", "here", true, true, false],
      ["here", "there", true, true, false],
      ["there", "here", true, true, false],
      ["there", "there", true, true, false],
    ],
  });
});

test("the cause of a failed connection is a fresh Error with name and code", async () => {
  const original = new TypeError("fetch failed: GET https://loyalty.example", {
    cause: Object.assign(new Error("x"), { code: "ECONNRESET" }),
  });
  const server = serversBehind(async () => {
    throw original;
  }).triggerEvent;
  const { cause } = await errorOf(triggerEvent(server, "photo.shared"));
  assert.notEqual(cause, original);
  assert.ok(cause instanceof Error);
  assert.deepEqual([cause.name, cause.code, cause.cause], ["TypeError", "ECONNRESET", undefined]);
  assert.ok(!inspect(cause).includes("loyalty.example"));
});
