// Each route, in workerd, over TCP to the sandbox.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";

import { PARTNER_ID, startGateway } from "../support/gateway.mjs";
import { startSandbox } from "../support/sandbox.mjs";

const COMMITMENT = {
  campaignId: "sandbox-campaign",
  transactionValue: "24.90",
  promotionGoalDescription: "Order 1042",
  promotionGoalCategory: "order",
};

let sandbox;
let gateway;
let keys = 0;
const newKey = () => `key-${++keys}`;

before(async () => {
  sandbox = await startSandbox();
  const token = await sandbox.signIn("anna@example.com");
  gateway = await startGateway({
    sandbox,
    customers: {
      anna: { id: "shop-customer-1", token, userSessionId: "session-1" },
      jan: { id: "shop-customer-2", token: await sandbox.signIn("jan@example.com"), userSessionId: "session-2" },
      stale: { id: "shop-customer-3", token: [`${token}x`, token] },
      expired: { id: "shop-customer-4", token: `${token}x` },
    },
    bindings: { GUEST_TOKEN: await sandbox.signIn("guest@example.com") },
  });
});
after(async () => {
  await gateway?.stop();
  await sandbox?.stop();
});
beforeEach(() => sandbox.clearFaults());

const bookings = async () => (await sandbox.ledger()).filter(({ kind }) => kind !== "login");

/** How many awards a piece of work books. */
async function booked(work) {
  const before = await bookings();
  const value = await work();
  return [(await bookings()).slice(before.length), value];
}

test("health names what there is, and no address", async () => {
  const { status, body } = await gateway.get("_health");
  assert.equal(status, 200);
  assert.deepEqual(body, { ok: true, openLoyalty: true, koomalooma: true, ledger: "durable" });
});

test("the rules, with the customer's own usages, without codes and addresses", async () => {
  const { status, headers, text, body } = await gateway.get("earning-rules", "anna");
  assert.equal(status, 200, text);
  assert.equal(headers.get("cache-control"), "private, no-cache");
  assert.equal(headers.get("x-content-type-options"), "nosniff");
  assert.match(headers.get("server-timing"), /^total;dur=[\d.]+, upstream;dur=[\d.]+$/);
  assert.equal(body.currency, "EUR");
  assert.ok(body.earningRules.some(({ usages }) => usages.length > 0));
  assert.ok(body.earningRules.some(({ type }) => type === "qrcode"));
  assert.doesNotMatch(text, /usageUrl|"code"|subject/);

  const again = await gateway.get("earning-rules", "anna", { "if-none-match": headers.get("etag") });
  assert.deepEqual([again.status, again.text], [304, ""]);
});

test("a guest sees the rules without usages, and nothing else", async () => {
  const { status, text, body } = await gateway.get("earning-rules");
  assert.equal(status, 200, text);
  assert.ok(body.earningRules.every(({ usages }) => usages === null));
  for (const answer of [await gateway.get("status"), await gateway.post("events/photo.shared", undefined, newKey())]) {
    assert.deepEqual([answer.status, answer.body.error.code], [401, "unauthorized"]);
  }
});

test("the customer's status", async () => {
  const { status, headers, body } = await gateway.get("status", "anna");
  assert.equal(status, 200);
  assert.equal(headers.get("cache-control"), "no-store");
  assert.equal(typeof body.points, "number");
  assert.equal(typeof body.levelName, "string");
});

test("an event is booked once, however often it is asked for with its key", async () => {
  const key = newKey();
  const [entries, answers] = await booked(async () => [
    await gateway.post("events/photo.shared", "anna", key),
    await gateway.post("events/photo.shared", "anna", key),
    ...(await Promise.all([1, 2, 3].map(() => gateway.post("events/photo.shared", "anna", key)))),
  ]);
  for (const { status, body } of answers) assert.deepEqual([status, body], [200, { points: 12.5, final: true }]);
  assert.equal(entries.length, 1);
  const known = await gateway.get(`awards/${key}`, "anna");
  assert.deepEqual(known.body, { key, state: "applied", operation: "triggerEvent", answer: { points: 12.5 } });
  const others = await gateway.get(`awards/${key}`, "jan");
  assert.deepEqual([others.status, others.body.error.code], [404, "not_found"]);
});

test("a key belongs to one request of one customer", async () => {
  const key = newKey();
  const [entries] = await booked(async () => {
    assert.equal((await gateway.post("events/photo.shared", "anna", key)).status, 200);
    const reused = await gateway.post("events/facebook_like", "anna", key);
    assert.deepEqual([reused.status, reused.body.error.code, reused.body.final], [422, "key_reused", true]);
    assert.equal((await gateway.post("events/photo.shared", "jan", key)).status, 200);
  });
  assert.equal(entries.length, 2);
});

test("what the loyalty server refuses stays refused under its key", async () => {
  const key = newKey();
  await sandbox.fault({ fault: "status", status: 400, body: { error: "limit exceeded" }, method: "POST" });
  const [entries, answers] = await booked(async () => [
    await gateway.post("events/photo.shared", "anna", key),
    await gateway.post("events/photo.shared", "anna", key),
  ]);
  for (const { status, body } of answers) {
    assert.equal(status, 400);
    assert.deepEqual(body, { error: { code: "limit_exceeded", outcome: "not_applied", status: 400 }, final: true });
  }
  assert.equal(entries.length, 0);
});

test("what never came to the loyalty server can be tried again with the same key", async () => {
  const key = newKey();
  await sandbox.fault({ fault: "status", status: 429, retryAfter: 7, method: "POST" });
  const refused = await gateway.post("events/photo.shared", "anna", key);
  assert.deepEqual([refused.status, refused.body.final, refused.headers.get("retry-after")], [429, false, "7"]);
  const [entries, { status }] = await booked(() => gateway.post("events/photo.shared", "anna", key));
  assert.deepEqual([status, entries.length], [200, 1]);
});

test("a lost answer is found in the customer's usages", async () => {
  const key = newKey();
  await sandbox.fault({ fault: "apply_then_drop", method: "POST" });
  const [entries, { status, body }] = await booked(() => gateway.post("events/profile.birthday", "anna", key));
  assert.equal(entries.length, 1);
  assert.deepEqual([status, body], [200, { points: 50, final: true }]);
});

test("a lost request stays unknown, is never sent again, and the store hears of it", async () => {
  const key = newKey();
  await sandbox.fault({ fault: "drop_before", method: "POST" });
  const [entries, answers] = await booked(async () => [
    await gateway.post("events/photo.shared", "jan", key),
    await gateway.post("events/photo.shared", "jan", key),
  ]);
  for (const { status, body } of answers) {
    assert.deepEqual([status, body], [502, { error: { code: "network", outcome: "unknown" }, final: true }]);
  }
  assert.equal(entries.length, 0);
  assert.equal(gateway.output().match(new RegExp(`unknown .*"key":"${key}"`, "g"))?.length, 1);
  assert.match(gateway.output(), new RegExp(`unknown .*"key":"${key}".*"customerId":"shop-customer-2"`));
  const known = await gateway.get(`awards/${key}`, "jan");
  assert.equal(known.body.state, "unknown");
});

test("an expired token is renewed once", async () => {
  assert.equal((await gateway.get("status", "stale")).status, 200);
  const [entries, { status }] = await booked(() => gateway.post("events/photo.shared", "stale", newKey()));
  assert.deepEqual([status, entries.length], [200, 1]);
  for (const answer of [
    await gateway.get("status", "expired"),
    await gateway.post("events/photo.shared", "expired", newKey()),
  ]) {
    assert.deepEqual([answer.status, answer.body.error.code, answer.body.final], [401, "unauthorized", false]);
  }
});

test("a user is the customer who is signed in", async () => {
  const key = newKey();
  const { status, body } = await gateway.post("users", "anna", key);
  assert.equal(status, 201);
  const user = { partnerId: PARTNER_ID, partnerUserId: "shop-customer-1", userSessionId: "session-1" };
  assert.deepEqual(body, { ...user, final: true });
  assert.deepEqual((await gateway.post("users", "anna", key)).body, body);
  const forged = await gateway.post("users", "anna", newKey(), { body: { partnerUserId: "shop-customer-2" } });
  assert.deepEqual([forged.status, forged.body.error.field], [400, "body.partnerUserId"]);
});

test("a commitment is for the store's servers, once for each key", async () => {
  await gateway.post("users", "anna", newKey());
  const key = newKey();
  const [entries, answers] = await booked(async () => [
    await gateway.commit("shop-customer-1", key, COMMITMENT),
    await gateway.commit("shop-customer-1", key, COMMITMENT),
  ]);
  for (const { status, body } of answers) {
    assert.equal(status, 201, JSON.stringify(body));
    assert.equal(body.final, true);
    assert.equal(body.id, answers[0].body.id);
  }
  assert.equal(entries.length, 1);
  const other = await gateway.commit("shop-customer-2", key, COMMITMENT);
  assert.deepEqual([other.status, other.body.error.code], [422, "key_reused"]);
  const headers = { authorization: "Bearer the-store's-own-servers" };
  assert.equal((await gateway.get(`awards/${key}`, undefined, headers)).body.state, "applied");
});

test("the log has one line for each request, with nothing personal", async () => {
  const before = gateway.log().length;
  const key = newKey();
  await gateway.post("events/photo.shared", "anna", key);
  await gateway.post("events/photo.shared", "anna", key);
  const lines = gateway.log().slice(before);
  assert.equal(lines.length, 2);
  for (const line of lines) {
    assert.equal(line.route, "POST events/{eventName}");
    assert.equal(line.outcome, "applied");
    assert.match(line.key, /^[0-9a-f]{12}$/);
  }
  assert.deepEqual(
    lines.map(({ replayed }) => replayed),
    [undefined, true],
  );
  const logged = gateway.output().replaceAll(/^unknown .*$/gm, "");
  assert.doesNotMatch(logged, /shop-customer|key-\d+"?,"ms|eyJ/);
});
