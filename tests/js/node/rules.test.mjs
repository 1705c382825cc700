// The list of rules as JavaScript gets it, held against what the sandbox really sent.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { listEarningRules, login, triggerEvent } from "earnkit";

import { credentials, customerIdIn, unsignedToken } from "../support/operations.mjs";
import { startSandbox } from "../support/sandbox.mjs";

const MAPS = ["levelNames", "segmentNames", "posNames"];
const LISTS = ["levels", "segments", "pos", "usages", "skuIds", "excludedSKUs", "excludedLabels", "includedLabels"];
const DATES = ["startAt", "endAt"];
const RFC_3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}[+-]\d{2}:\d{2}$/;

let sandbox;
/** What the server sent, and what the call gave, for Anna. */
let raw;
let rules;
let currency;
let token;
let customerId;

before(async () => {
  sandbox = await startSandbox();
  ({ token } = await login({ baseUrl: sandbox.url }, credentials));
  customerId = customerIdIn(token);
  raw = await sandbox.rules(token);
  ({ earningRules: rules, currency } = await listEarningRules({ baseUrl: sandbox.url, token }));
});
after(() => sandbox.stop());

/** Each rule as it was sent, with what became of it. */
const pairs = () => raw.map((sent, index) => [sent, rules[index]]);

/** `+0100` as RFC 3339 has it. */
const withColon = (date) => date.replace(/(\d\d)(\d\d)$/, "$1:$2");

test("every rule is there, in the server's order, of all ten types and one of the future", () => {
  assert.equal(currency, "EUR");
  assert.deepEqual(
    rules.map((rule) => rule.earningRuleId),
    raw.map((rule) => rule.earningRuleId),
  );
  const types = new Set(rules.map((rule) => rule.type));
  assert.deepEqual([...types].sort(), [
    "custom_event",
    "event",
    "geolocation",
    "instant_reward",
    "multiply_by_product_labels",
    "multiply_for_product",
    "points",
    "product_purchase",
    "qrcode",
    "referral",
    "streak",
  ]);
});

test("plain fields are as they were sent", () => {
  for (const [sent, rule] of pairs()) {
    for (const [name, value] of Object.entries(rule)) {
      if ([...MAPS, ...LISTS, ...DATES, "limit"].includes(name)) continue;
      assert.deepEqual(value, sent[name], `${rule.name}: ${name}`);
    }
    assert.equal(typeof rule.active, "boolean");
    assert.equal(typeof rule.lastExecutedRule, "boolean");
  }
});

test("only a rule of an unknown type loses fields", () => {
  for (const [sent, rule] of pairs()) {
    const lost = Object.keys(sent).filter((name) => !(name in rule));
    assert.deepEqual(lost, rule.type === "streak" ? ["days", "pointsAmount", "restDays"] : [], rule.name);
  }
});

test("maps are objects, though the server sends [] for an empty one", () => {
  let emptyLists = 0;
  for (const [sent, rule] of pairs()) {
    for (const name of MAPS) {
      if (Array.isArray(sent[name])) emptyLists++;
      assert.deepEqual(rule[name], Array.isArray(sent[name]) ? {} : sent[name], `${rule.name}: ${name}`);
    }
  }
  assert.ok(emptyLists > 0, "the sandbox sends []");
});

test("lists are lists, though the server sends an object for one with gaps", () => {
  const withGaps = raw.filter((rule) => rule.skuIds && !Array.isArray(rule.skuIds));
  assert.equal(withGaps.length, 1);
  for (const [sent, rule] of pairs()) {
    for (const name of LISTS.filter((list) => list in rule))
      assert.ok(Array.isArray(rule[name]), `${rule.name}: ${name}`);
    if (sent.skuIds) assert.deepEqual(rule.skuIds, Object.values(sent.skuIds));
    // An SKU field that was left blank is sent as [""].
    if (sent.excludedSKUs) assert.deepEqual(rule.excludedSKUs, sent.excludedSKUs.filter(Boolean));
  }
  assert.ok(raw.some((rule) => rule.excludedSKUs?.includes("")));
});

test("dates are RFC 3339 and name the same moment", () => {
  let dates = 0;
  for (const [sent, rule] of pairs()) {
    for (const name of DATES) {
      assert.equal(rule[name], sent[name] && withColon(sent[name]));
      if (rule[name] === undefined) continue;
      dates++;
      assert.match(rule[name], RFC_3339);
      assert.ok(Number.isFinite(Date.parse(rule[name])));
    }
  }
  assert.ok(dates > 0);
});

test("a limit is null or says whether it is active", () => {
  const shapes = new Set();
  for (const [sent, rule] of pairs()) {
    if (!("limit" in sent)) continue;
    const shape = Object.keys(sent.limit).join();
    shapes.add(shape);
    assert.deepEqual(rule.limit, shape === "" ? null : sent.limit, rule.name);
  }
  assert.deepEqual([...shapes].sort(), ["", "active", "active,period,limit"]);
});

test("usages are the customer's own, and nobody else's id gets through", () => {
  const others = new Set();
  let own = 0;
  for (const [sent, rule] of pairs()) {
    for (const { subject } of sent.usages) if (subject.subjectId !== customerId) others.add(subject.subjectId);
    const mine = sent.usages.filter(({ subject }) => subject.subjectId === customerId);
    own += mine.length;
    assert.deepEqual(
      rule.usages,
      mine.map(({ date }) => ({ date: withColon(date) })),
      rule.name,
    );
  }
  assert.ok(own > 0);
  assert.ok(others.size >= 2, "the sandbox sends usages of others");
  const everything = JSON.stringify(rules);
  for (const id of others) assert.ok(!everything.includes(id));
  assert.ok(!everything.includes("subject"));
  assert.ok(!everything.includes("earningRuleUsageId"));
});

test("the own usages of another customer are another list", async () => {
  const jan = await login({ baseUrl: sandbox.url }, { ...credentials, username: "jan@example.com" });
  const list = await listEarningRules({ baseUrl: sandbox.url, token: jan.token });
  const id = customerIdIn(jan.token);
  list.earningRules.forEach((rule, index) => {
    const own = raw[index].usages.filter(({ subject }) => subject.subjectId === id);
    assert.equal(rule.usages.length, own.length, rule.name);
  });
});

test("each event adds a usage, until the limit", async () => {
  const openLoyalty = { baseUrl: sandbox.url, token };
  const birthday = async () => {
    const { earningRules } = await listEarningRules(openLoyalty);
    return earningRules.find((rule) => rule.eventName === "profile.birthday");
  };
  assert.deepEqual((await birthday()).usages, []);
  await triggerEvent(openLoyalty, "profile.birthday");
  const { usages, limit } = await birthday();
  assert.equal(usages.length, 1);
  assert.ok(Math.abs(Date.parse(usages[0].date) - Date.now()) < 3_600_000);
  assert.deepEqual(limit, { active: true, period: "forever", limit: 1 });
});

test("with an opaque token nobody's usages are known", async () => {
  // The server takes Anna's token; the client is shown one that names nobody.
  const fetch = (url, init) =>
    globalThis.fetch(url, { ...init, headers: { ...init.headers, Authorization: `Bearer ${token}` } });
  for (const opaque of ["opaque", "a.b.c", `a.${Buffer.from("{}").toString("base64url")}.c`]) {
    const list = await listEarningRules({ baseUrl: sandbox.url, token: opaque, fetch });
    for (const rule of list.earningRules) assert.equal(rule.usages, null);
    assert.ok(!JSON.stringify(list).includes(customerId));
  }
});

test("a __proto__ key is dropped, and changes nothing", async () => {
  const body = `{"earningRules":[{"earningRuleId":"r","type":"points","levels":["l"],
    "levelNames":{"__proto__":"polluted","l":"Gold","constructor":"kept"},"__proto__":{"polluted":true}}]}`;
  const fetch = async () => new Response(body, { headers: { "content-type": "application/json" } });
  const list = await listEarningRules({ baseUrl: "https://loyalty.example", token: unsignedToken(), fetch });
  const [rule] = list.earningRules;
  assert.deepEqual(Object.entries(rule.levelNames), [
    ["l", "Gold"],
    ["constructor", "kept"],
  ]);
  assert.equal(Object.getPrototypeOf(rule), Object.prototype);
  assert.equal(Object.getPrototypeOf(rule.levelNames), Object.prototype);
  assert.equal({}.polluted, undefined);
});
