// `createSandbox` as a store's own unit tests use it: the store's code runs as it is, over `fetch` alone.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import * as earnkit from "earnkit";
import { createSandbox } from "earnkit/sandbox";

/** A store's code: what it does when a customer has done something that pays. */
async function claim(loyalty, eventName) {
  try {
    const { points } = await earnkit.triggerEvent(loyalty, eventName);
    return `${points} points for you`;
  } catch (error) {
    if (!earnkit.isLoyaltyError(error)) throw error;
    if (error.code === "limit_exceeded") return "Come back tomorrow";
    if (error.code === "unauthorized") return "Please sign in";
    return error.outcome === "not_applied" ? "Please try again" : "We are looking into it";
  }
}

/** A store's code: what it does with a paid order. */
async function reward(koomalooma, order) {
  await earnkit.createUser(koomalooma, {
    partnerId: "sandbox-shop",
    partnerUserId: order.customerId,
    userSessionId: order.sessionId,
  });
  return earnkit.assignPoints(koomalooma, order.customerId, {
    campaignId: "sandbox-campaign",
    transactionValue: order.total,
    promotionGoalDescription: `Order ${order.id}`,
    promotionGoalCategory: "order",
  });
}

const order = { id: 1042, customerId: "customer-7", sessionId: "session-1", total: "24.90" };

/** Any moment that is not near midnight. */
const NOON = Date.parse("2026-05-12T10:00:00Z");

let sandbox;
let loyalty;
let koomalooma;

const control = async (path, body) => {
  const init = body && { method: "POST", body: JSON.stringify(body) };
  const response = await sandbox.fetch(`/sandbox/${path}`, init);
  assert.ok(response.ok, await response.clone().text());
  return response.json();
};
const booked = async (kind) => (await control("ledger")).entries.filter((entry) => entry.kind === kind);

beforeEach(async () => {
  sandbox = createSandbox({ now: () => NOON });
  const { baseUrl, koomaloomaBaseUrl, fetch } = sandbox;
  const { token } = await earnkit.login({ baseUrl, fetch }, { username: "anna@example.com", password: "password" });
  loyalty = { baseUrl, fetch, token };
  koomalooma = { apiKey: "sandbox-partner-key", baseUrl: koomaloomaBaseUrl, fetch };
});

test("a claim pays, and the balance and the list of rules show it", async () => {
  const before = await earnkit.getCustomerStatus(loyalty);
  assert.equal(await claim(loyalty, "photo.shared"), "12.5 points for you");
  const after = await earnkit.getCustomerStatus(loyalty);
  assert.equal(after.points, before.points + 12.5);
  const { earningRules } = await earnkit.listEarningRules(loyalty);
  assert.equal(earningRules.find((rule) => rule.eventName === "photo.shared").usages.length, 1);
});

test("both path styles are served", async () => {
  assert.equal(await claim({ ...loyalty, pathStyle: "legacy" }, "photo.shared"), "12.5 points for you");
  const { requests } = await control("requests");
  assert.equal(requests.at(-1).path, "/api/customer/earnRule/photo.shared");
});

test("a limit is told kindly, and over on the next day", async () => {
  assert.equal(await claim(loyalty, "facebook_like"), "100 points for you");
  assert.equal(await claim(loyalty, "facebook_like"), "100 points for you");
  assert.equal(await claim(loyalty, "facebook_like"), "Come back tomorrow");
  await control("clock", { advanceSeconds: 24 * 3600 });
  const tomorrow = await earnkit.login(loyalty, { username: "anna@example.com", password: "password" });
  assert.equal(await claim({ ...loyalty, token: tomorrow.token }, "facebook_like"), "100 points for you");
});

test("a session that is over is renewed by the store's token function", async () => {
  const { baseUrl, fetch } = sandbox;
  const session = await earnkit.login({ baseUrl, fetch }, { username: "anna@example.com", password: "password" });
  await control("clock", { advanceSeconds: 25 * 3600 });
  assert.equal(await claim({ ...loyalty, token: session.token }, "photo.shared"), "Please sign in");
  const token = async (reason) => {
    if (reason === "expired")
      Object.assign(session, await earnkit.refreshTokens({ baseUrl, fetch }, session.refreshToken));
    return session.token;
  };
  assert.equal(await claim({ ...loyalty, token }, "photo.shared"), "12.5 points for you");
  assert.equal((await booked("event")).length, 1);
});

test("a line cut in mid-award is not taken for a failure", async () => {
  await control("faults", { fault: "apply_then_drop", method: "POST" });
  assert.equal(await claim(loyalty, "photo.shared"), "We are looking into it");
  assert.equal((await booked("event")).length, 1);
  await control("faults", { fault: "drop_before", method: "POST" });
  assert.equal(await claim(loyalty, "photo.shared"), "We are looking into it");
  assert.equal((await booked("event")).length, 1);
});

test("every fault comes out as it does from a socket", async () => {
  const faults = [
    [{ fault: "drop_before" }, "network", "unknown", 0],
    [{ fault: "apply_then_drop" }, "network", "unknown", 1],
    [{ fault: "stall_headers" }, "timeout", "unknown", 1],
    [{ fault: "stall_body" }, "timeout", "applied", 1],
    [{ fault: "truncate" }, "network", "applied", 1],
    [{ fault: "html" }, "invalid_response", "unknown", 0],
    [{ fault: "oversize" }, "invalid_response", "applied", 1],
    [{ fault: "redirect" }, "redirected", "unknown", 0],
    [{ fault: "status", status: 503, retryAfter: 9 }, "server_error", "unknown", 0],
    [{ fault: "status", status: 429 }, "rate_limited", "not_applied", 0],
  ];
  for (const [fault, code, outcome, more] of faults) {
    const { length } = await booked("event");
    await control("faults", fault);
    const error = await earnkit.triggerEvent(loyalty, "photo.shared", { timeoutMs: 100 }).catch((thrown) => thrown);
    assert.deepEqual([error.code, error.outcome], [code, outcome], fault.fault);
    assert.equal((await booked("event")).length - length, more, fault.fault);
  }
});

test("a slow server, and a customer who leaves", async () => {
  await control("faults", { fault: "delay", delayMs: 60_000 });
  const controller = new AbortController();
  const call = earnkit.triggerEvent(loyalty, "photo.shared", { signal: controller.signal });
  setTimeout(() => controller.abort(), 20);
  await assert.rejects(call, { code: "aborted", outcome: "unknown" });
  await control("faults", { fault: "delay", delayMs: 60_000 });
  await assert.rejects(earnkit.listEarningRules(loyalty, { timeoutMs: 20, retries: 0 }), { code: "timeout" });
});

test("an order is rewarded once, and confirmed later", async () => {
  const commitment = await reward(koomalooma, order);
  assert.equal(commitment.loyaltyUnits, 24);
  assert.equal(commitment.confirmationStatus, "pending");
  const [user] = await booked("user");
  assert.equal(user.userId, order.customerId);
  assert.deepEqual(
    (await booked("commitment")).map(({ confirmationStatus }) => confirmationStatus),
    ["pending"],
  );
  await control("clock", { advanceSeconds: 3600 });
  assert.deepEqual(
    (await booked("commitment")).map(({ confirmationStatus }) => confirmationStatus),
    ["confirmed"],
  );
});

test("an order with another shop's key is refused", async () => {
  await assert.rejects(reward({ ...koomalooma, apiKey: "other" }, order), {
    code: "forbidden",
    outcome: "not_applied",
  });
  assert.deepEqual(await booked("commitment"), []);
});

test("a clock of the test's own decides what day it is", async () => {
  let now = Date.parse("2026-12-24T10:00:00Z");
  const christmas = createSandbox({ now: () => now });
  const { baseUrl, fetch } = christmas;
  const signIn = async () => {
    const { token } = await earnkit.login({ baseUrl, fetch }, { username: "jan@example.com", password: "password" });
    return { baseUrl, fetch, token };
  };
  const eve = await signIn();
  assert.equal(await claim(eve, "facebook_like"), "100 points for you");
  const { earningRules } = await earnkit.listEarningRules(eve);
  const [{ date }] = earningRules.find((rule) => rule.eventName === "facebook_like").usages;
  assert.equal(date, "2026-12-24T11:00:00+01:00");
  now = Date.parse("2026-12-31T10:00:00Z");
  assert.equal(await claim(eve, "facebook_like"), "Please sign in");
  assert.equal(await claim(await signIn(), "facebook_like"), "100 points for you");
});

test("the same seed gives the same ids, in every run", async () => {
  const idsOf = async (options) => {
    const { baseUrl, fetch } = createSandbox(options);
    const { token } = await earnkit.login({ baseUrl, fetch }, { username: "anna@example.com", password: "password" });
    const { earningRules } = await earnkit.listEarningRules({ baseUrl, fetch, token });
    return earningRules.map((rule) => rule.earningRuleId);
  };
  assert.deepEqual(await idsOf({ seed: 7 }), await idsOf({ seed: 7 }));
  assert.notDeepEqual(await idsOf({ seed: 7 }), await idsOf({ seed: 8 }));
});
