// Recorded answers of Open Loyalty 3.2.0's own evaluator, asked of the estimator, in Node.js or in a page.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

const recorded = JSON.parse(
  readFileSync(new URL("../../fixtures/estimate/open-loyalty.json", import.meta.url), "utf8"),
);
/** The one level that the recorded rules are for. */
const LEVEL = "000096cf-32a3-43bd-9034-4df343e5fd93";

// Whether the status of a customer may earn is a setting of the server, which its API does not show.
const mayEarn = ({ customerStatus }) => customerStatus !== "blocked";
const carts = [...recorded.handPicked, ...recorded.random, ...recorded.unknownType].filter(mayEarn);
const events = [...recorded.otherHandPicked, ...recorded.otherRandom].filter(
  (event) => ["event", "customEvent"].includes(event.kind) && mayEarn(event),
);
const { limits, applicability } = recorded;
const customer = { levelId: LEVEL, segmentIds: [] };

/** Everything that is asked: which method of which estimator, with what. */
export const questions = [
  ...carts.map(({ id, rules, cart, instantRewardApplicable = {} }) => ({
    id,
    rules,
    options: customer,
    method: "estimate",
    arguments: [
      {
        items: cart.items,
        deliverySkus: cart.excludedDeliverySKUs,
        availableRewards: Object.keys(instantRewardApplicable).filter((rule) => instantRewardApplicable[rule]),
      },
    ],
  })),
  ...events.map(({ id, rules, eventName }) => ({
    id,
    rules: { earningRules: rules, currency: "EUR" },
    options: customer,
    method: "event",
    arguments: [eventName],
  })),
  ...limits.map(({ id, type, limit, usages, customerId, timezone, now }) => ({
    id,
    rules: [
      {
        earningRuleId: id,
        type,
        limit,
        usages: usages.filter(({ subject }) => subject.subjectId === customerId).map(({ date }) => ({ date })),
      },
    ],
    options: { timeZone: timezone },
    method: "remaining",
    arguments: [id, now],
  })),
  ...applicability.map(({ id, rules, customer: { level, segments }, transactionPos, at }) => ({
    id,
    rules,
    options: { levelId: level, segmentIds: segments },
    method: "estimate",
    arguments: [{ items: [{ sku: "A", grossValue: 1 }], deliverySkus: [], posId: transactionPos, at }],
  })),
];

/** Asks the package. Names nothing outside, so that a page can run it. */
export async function ask({ specifier, questions }) {
  const { createEstimator } = await import(specifier);
  const answers = {};
  for (const { id, rules, options, method, arguments: values } of questions) {
    const estimator = await createEstimator(rules, options);
    answers[id] = estimator[method](...values);
    estimator.free();
  }
  return answers;
}

const ms = (date) => Date.parse(date.replace(/(\d\d)$/, ":$1"));

/** Compares answers with what the server said, every one. */
export function check(answers) {
  assert.equal(Object.keys(answers).length, questions.length);
  for (const { id, rules, expected, php7 } of carts) {
    const { points, products, rules: applied, rewards, skipped, stoppedByRuleId, assumptions } = answers[id];
    const campaigns = expected.instantRewards.map(
      (given) => rules.find(({ earningRuleId }) => earningRuleId === given).rewardCampaignId,
    );
    assert.equal(points, expected.total, `${id}: total`);
    assert.deepEqual(
      products.map(({ sku, points }) => [sku, points]),
      expected.perSku,
      `${id}: SKUs`,
    );
    assert.deepEqual(
      applied.map(({ earningRuleId }) => earningRuleId),
      expected.appliedIds,
      `${id}: rules`,
    );
    assert.equal(applied.map(({ name }) => name).join(", "), expected.comment, `${id}: comment`);
    assert.equal(stoppedByRuleId, expected.stoppedAt, `${id}: stop`);
    assert.deepEqual(rewards, campaigns, `${id}: rewards`);
    const unrounded = expected.perSkuUnrounded.reduce((sum, [, points]) => sum + points, 0);
    const byRules = applied.reduce((sum, { points }) => sum + points, 0);
    assert.ok(Math.abs(unrounded - byRules) <= 1e-9 * Math.max(1, Math.abs(unrounded)), `${id}: points of rules`);
    for (const { earningRuleId, reason, missing } of skipped) {
      const executed = expected.evaluated.find((step) => step.id === earningRuleId)?.executed;
      if (executed) assert.equal(reason, "no_matching_item", id);
      else if (executed === false) assert.match(reason, missing ? /^below_minimum$/ : /^reward_unavailable$/, id);
      else assert.match(reason, /^(stopped|unknown_type)$/, id);
    }
    if (php7) assert.deepEqual(assumptions, ["ruleOrder"], `${id}: assumptions`);
    else assert.ok(["", "ruleOrder"].includes(assumptions.join()), `${id}: assumptions`);
  }
  for (const { id, kind, expected } of events) {
    const { points = 0, earningRuleId = "" } = answers[id] ?? {};
    assert.equal(points, expected.points, id);
    if (kind === "customEvent") assert.equal(earningRuleId, expected.earningRuleId, id);
  }
  for (const { id, limit, expected } of limits) {
    if (!limit.active) {
      assert.equal(answers[id], null, id);
      continue;
    }
    const { used, left, resetsAt, ...rest } = answers[id];
    assert.deepEqual(
      { used, exceeded: left === 0, ...rest },
      { used: expected.used, exceeded: expected.exceeded, limit: limit.limit },
      id,
    );
    // The server's windows end a second before the next one starts.
    assert.equal(resetsAt && Date.parse(resetsAt), expected.window && ms(expected.window[1]) + 1000, id);
  }
  for (const { id, expected } of applicability) {
    const { rules, skipped } = answers[id];
    assert.deepEqual(
      rules.map(({ earningRuleId }) => earningRuleId),
      expected.usedForTransaction,
      id,
    );
    assert.ok(
      skipped.every(({ reason }) => reason === "not_applicable"),
      id,
    );
  }
}
