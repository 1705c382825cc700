// The estimator, through the wasm.
import assert from "node:assert/strict";
import { test } from "node:test";
import { runInNewContext } from "node:vm";

import { createEstimator, isLoyaltyError, listEarningRules } from "earnkit";

import { NOT_OBJECTS } from "../support/bad-values.mjs";
import { ask, check, questions } from "../support/recorded.mjs";

const rule = (earningRuleId, type, fields) => ({
  earningRuleId,
  name: earningRuleId,
  type,
  allTimeActive: true,
  ...fields,
});
const points = (fields) => rule("points", "points", { pointValue: 1, ...fields });
const cart = (...lines) => ({ items: lines.map(([sku, grossValue, labels]) => ({ sku, grossValue, labels })) });
const known = { levelId: null, segmentIds: [] };

test("every recorded answer is the estimator's", async () => {
  check(await ask({ specifier: "earnkit", questions }));
});

test("rules are taken as they were listed, as a copy of that, and without the object around them", async () => {
  const body = { earningRules: [points({ levels: [] })], currency: "EUR" };
  const fetch = async () => Response.json(body);
  const listed = await listEarningRules({ baseUrl: "https://loyalty.example", token: "opaque", fetch });
  const copies = [listed, JSON.parse(JSON.stringify(listed)), structuredClone(listed), listed.earningRules];
  for (const rules of copies) {
    const estimator = await createEstimator(rules);
    assert.equal(estimator.estimate(cart(["mug", 24.9])).points, 24.9);
  }
});

test("a list with holes is refused, and so is what is no list", async () => {
  const estimator = await createEstimator([points()], known);
  const line = { sku: "mug", grossValue: 10 };
  const holes = new Array(1);
  for (const [items, field] of [
    [[...holes, line], "cart.items[0]"],
    [Object.assign(new Array(2), { 1: line }), "cart.items[0]"],
    [[{ ...line, labels: new Array(1) }], "cart.items[0].labels[0]"],
    [new Set([line]), "cart.items"],
  ]) {
    assert.throws(
      () => estimator.estimate({ items }),
      (error) => isLoyaltyError(error, "invalid_input") && error.field.startsWith(field),
    );
  }
});

test("what happens to the rules and the cart later does not matter", async () => {
  const rules = [points()];
  const making = createEstimator(rules, known);
  rules[0].pointValue = 2;
  rules.pop();
  const estimator = await making;
  assert.equal(estimator.estimate(cart(["mug", 10])).points, 10);
});

test("numbers with many digits are read to the last bit", async () => {
  const estimator = await createEstimator([points({ pointValue: 0.1 + 0.2 })], known);
  const [{ points: added }] = estimator.estimate(cart(["mug", 1e10])).rules;
  assert.equal(added, (0.1 + 0.2) * 1e10);
});

test("carts of any size are estimated, and old texts are forgotten", async () => {
  const rules = Array.from({ length: 10_000 }, (_, n) =>
    rule(`${n}`, "product_purchase", { skuIds: [`sku-${n}`], pointsAmount: 1 }),
  );
  const estimator = await createEstimator([...rules, points()], known);
  const lines = Array.from({ length: 10_000 }, (_, n) => [`sku-${n}`, 0.25]);
  assert.equal(estimator.estimate(cart(...lines)).points, 12_500);
  for (let round = 0; round < 7; round++) {
    const others = lines.map(([sku]) => [`${round}/${sku}`, 1]);
    assert.equal(estimator.estimate(cart(...others)).points, 10_000);
  }
  assert.equal(estimator.estimate(cart(...lines)).points, 12_500);
});

test("estimators do not get in each other's way", async () => {
  const [one, two] = await Promise.all([
    createEstimator([points()], known),
    createEstimator([points({ pointValue: 2 })], known),
  ]);
  assert.equal(one.estimate(cart(["mug", 10])).points, 10);
  assert.equal(two.estimate(cart(["tea", 10])).points, 20);
  one.free();
  const three = await createEstimator([points({ pointValue: 3 })], known);
  assert.equal(two.estimate(cart(["mug", 10])).points, 20);
  assert.equal(three.estimate(cart(["mug", 10])).points, 30);
});

test("a freed estimator says so", async () => {
  const estimator = await createEstimator([points()], known);
  estimator.free();
  estimator.free();
  assert.equal(estimator[Symbol.dispose ?? "free"](), undefined);
  for (const use of [
    () => estimator.estimate(cart()),
    () => estimator.event("like"),
    () => estimator.remaining("points"),
  ])
    assert.throws(use, (error) => isLoyaltyError(error, "invalid_input") && error.field === "estimator");
});

/** A bad value, and the field that the error names. */
const badCarts = [
  [undefined, "cart"],
  [null, "cart"],
  ["cart", "cart"],
  [{}, "cart.items"],
  [{ items: { length: 1 } }, "cart.items"],
  [{ items: [null] }, "cart.items[0]"],
  [{ items: [{ grossValue: 1 }] }, "cart.items[0].sku"],
  [cart(["mug", 1], [5, 1]), "cart.items[1].sku"],
  [cart(["", 1]), "cart.items[0].sku"],
  [cart(["\ud800", 1]), "cart.items[0].sku"],
  [cart(["mug", undefined]), "cart.items[0].grossValue"],
  [cart(["mug", 1], ["mug", 1], ["mug", 1], ["mug", Number.NaN]), "cart.items[3].grossValue"],
  [cart(["mug", Number.POSITIVE_INFINITY]), "cart.items[0].grossValue"],
  [cart(["mug", "24.90"]), "cart.items[0].grossValue"],
  [cart(["mug", 24n]), "cart"],
  [cart(["mug", 1, {}]), "cart"],
  [cart(["mug", 1, "sale"]), "cart.items[0].labels"],
  [cart(["mug", 1, null]), "cart.items[0].labels"],
  [cart(["mug", 1, ["sale"]]), "cart.items[0].labels[0]"],
  [cart(["mug", 1, [{ value: "sale" }]]), "cart.items[0].labels[0].key"],
  [
    cart([
      "mug",
      1,
      [
        { key: "a", value: "b" },
        { key: "offer", value: 1 },
      ],
    ]),
    "cart.items[0].labels[1].value",
  ],
  [{ items: [], deliverySkus: "post" }, "cart.deliverySkus"],
  [{ items: [], deliverySkus: ["post", 1] }, "cart.deliverySkus[1]"],
  [{ items: [], availableRewards: "gift" }, "cart.availableRewards"],
  [{ items: [], availableRewards: [1] }, "cart.availableRewards[0]"],
  [{ items: [], posId: 5 }, "cart.posId"],
  [{ items: [], posId: "" }, "cart.posId"],
  [{ items: [], at: "yesterday" }, "cart.at"],
  [{ items: [], at: "2018-02-30T00:00:00Z" }, "cart.at"],
  [{ items: [], at: new Date(Number.NaN) }, "cart.at"],
  [{ items: [], at: 5 }, "cart.at"],
];

for (const [index, [bad, field]] of badCarts.entries()) {
  test(`bad cart ${index} is refused for its ${field}`, async () => {
    const estimator = await createEstimator([points()], known);
    assert.throws(
      () => estimator.estimate(bad),
      (error) => isLoyaltyError(error, "invalid_input") && error.operation === "estimate" && error.field === field,
    );
    assert.equal(estimator.estimate(cart(["mug", 10])).points, 10);
  });
}

const badArguments = [
  [[undefined], "rules"],
  [["rules"], "rules"],
  [[{}], "rules.earningRules"],
  [[{ earningRules: {} }], "rules.earningRules"],
  [[[1]], "rules[0]"],
  [[[{}]], "rules[0].earningRuleId"],
  [[{ earningRules: [points(), { type: "points" }] }], "rules.earningRules[1].earningRuleId"],
  [[[points({ pointValue: Number.NaN })]], "rules[0].pointValue"],
  [[[points({ pointValue: Number.POSITIVE_INFINITY })]], "rules[0].pointValue"],
  [[[points({ pointValue: "1" })]], "rules[0].pointValue"],
  [[[points({ startAt: "yesterday" })]], "rules[0].startAt"],
  [[[points({ usages: [{ date: "yesterday" }] })]], "rules[0].usages[0].date"],
  [[[points({ pointValue: 1n })]], "rules"],
  [[[], null], "options"],
  [[[], { levelId: 5 }], "options.levelId"],
  [[[], { segmentIds: "vip" }], "options.segmentIds"],
  [[[], { segmentIds: [5] }], "options.segmentIds[0]"],
  [[[], { timeZone: "Mars/Olympus" }], "options.timeZone"],
  [[[], { timeZone: 1 }], "options.timeZone"],
];

for (const [index, [bad, field]] of badArguments.entries()) {
  test(`bad arguments ${index} are refused for their ${field}`, async () => {
    await assert.rejects(
      createEstimator(...bad),
      (error) =>
        isLoyaltyError(error, "invalid_input") && error.operation === "createEstimator" && error.field === field,
    );
  });
}

test("bad questions are refused", async () => {
  const estimator = await createEstimator([points()], known);
  const refused = (use, field) =>
    assert.throws(use, (error) => isLoyaltyError(error, "invalid_input") && error.field === field);
  refused(() => estimator.event(5), "eventName");
  refused(() => estimator.remaining(5), "earningRuleId");
  refused(() => estimator.remaining("points", "yesterday"), "at");
  assert.equal(estimator.event("no such event"), null);
  assert.equal(estimator.remaining("no such rule"), null);
});

test("whatever comes as an argument, an error names it", async () => {
  const estimator = await createEstimator([points()], known);
  for (const [name, value] of Object.entries(NOT_OBJECTS)) {
    const refused = (use, field) =>
      assert.throws(use, (error) => isLoyaltyError(error, "invalid_input") && field.test(error.field), name);
    refused(() => estimator.estimate(value), /^cart/);
    refused(() => estimator.estimate({ items: [value] }), /^cart/);
    refused(() => estimator.estimate({ items: [{ sku: value, grossValue: value }] }), /^cart/);
    if (typeof value !== "string") {
      refused(() => estimator.event(value), /^eventName$/);
      refused(() => estimator.remaining(value), /^earningRuleId$/);
    }
    if (!/date$/.test(name) || name === "an invalid date") refused(() => estimator.remaining("points", value), /^at$/);
    await assert.rejects(createEstimator([value]), (error) => isLoyaltyError(error, "invalid_input"), name);
  }
  assert.equal(estimator.estimate(cart(["mug", 10])).points, 10);
});

test("dates of another realm are dates, up to the last one that there is", async () => {
  const limit = { active: true, period: "1 year", limit: 1 };
  const estimator = await createEstimator([rule("r", "qrcode", { limit, usages: [] })], { timeZone: "UTC" });
  const date = runInNewContext("new Date('2018-07-01T00:00:00Z')");
  assert.equal(estimator.remaining("r", date).resetsAt, "2019-01-01T00:00:00.000Z");
  assert.deepEqual(estimator.remaining("r", new Date(864e13)), { used: 0, limit: 1, left: 1, resetsAt: null });
  assert.equal(estimator.remaining("r", new Date(-864e13)).used, 0);
});

test("usages of other customers are not counted", async () => {
  const date = "2018-01-19T09:45:00+0100";
  const limit = { active: true, period: "forever", limit: 2 };
  const usages = [{ date, subject: { subjectId: "somebody" } }];
  const estimator = await createEstimator([
    rule("raw", "qrcode", { limit, usages }),
    rule("own", "qrcode", { limit, usages: [{ date }] }),
  ]);
  assert.equal(estimator.remaining("raw"), null);
  assert.deepEqual(estimator.remaining("own"), { used: 1, limit: 2, left: 1, resetsAt: null });
});

test("limits reset at midnight where the server is, whatever the clocks do that night", async () => {
  const limit = { active: true, period: "day", limit: 1 };
  const resetsAt = async (timeZone, at) => {
    const estimator = await createEstimator([rule("r", "qrcode", { limit, usages: [] })], { timeZone });
    return estimator.remaining("r", at).resetsAt;
  };
  assert.equal(await resetsAt("Europe/Warsaw", "2018-10-27T12:00:00+02:00"), "2018-10-27T22:00:00.000Z");
  assert.equal(await resetsAt("Europe/Warsaw", "2018-10-28T12:00:00+01:00"), "2018-10-28T23:00:00.000Z");
  assert.equal(await resetsAt("Asia/Kolkata", "2018-01-01T00:00:00Z"), "2018-01-01T18:30:00.000Z");
  assert.equal(await resetsAt("America/New_York", "2018-01-01T00:00:00Z"), "2018-01-01T05:00:00.000Z");
  // In São Paulo that day began at one o'clock; in Havana midnight came twice.
  assert.equal(await resetsAt("America/Sao_Paulo", "2018-11-03T12:00:00Z"), "2018-11-04T03:00:00.000Z");
  assert.equal(await resetsAt("America/Havana", "2018-11-03T12:00:00Z"), "2018-11-04T04:00:00.000Z");
  assert.equal(await resetsAt(undefined, "2018-10-27T12:00:00+02:00"), "2018-10-28T00:00:00.000Z");
});
