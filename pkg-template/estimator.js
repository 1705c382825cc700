import { LoyaltyError } from "./error.js";
import * as glue from "./glue.js";

// In the order of the numbers that the wasm answers with: see src/estimate/.
const ASSUMPTIONS = ["customer", "ruleOrder", "rewards", "deliverySkus"];
const REASONS = "below_minimum no_matching_item not_applicable stopped reward_unavailable unknown_type".split(" ");
/** Stands for the value of a label that has none. */
const NO_VALUE = 2 ** 32 - 1;
/** With more texts than this, an estimator starts again, so that those of old carts do not add up for ever. */
const MOST_TEXTS = 50_000;
/** The last time that a `Date` can hold. */
const LAST_MS = 864e13;

const encoder = new TextEncoder();
const isObject = (value) => typeof value === "object" && value !== null;

/** How far the clock of a time zone is ahead of UTC at a time, in minutes. */
function offsetOf(timeZone) {
  const format = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
  return (ms) => {
    const parts = format.formatToParts(Math.max(-LAST_MS, Math.min(LAST_MS, ms)));
    const { value } = parts.find(({ type }) => type === "timeZoneName");
    const [, sign, hours, minutes] = /([+-])(\d+):(\d+)/.exec(value) ?? [0, "+", 0, 0];
    return (sign + 1) * (hours * 60 + +minutes);
  };
}

/** What a cart earns, from the numbers that stand for it, with the names of the rules and the SKUs of the lines. */
function decode(numbers, rules, skus) {
  const [points, bits, stoppedBy, count] = numbers;
  const estimate = {
    points,
    products: [],
    rules: [],
    rewards: [],
    skipped: [],
    stoppedByRuleId: rules[stoppedBy]?.earningRuleId ?? null,
    assumptions: ASSUMPTIONS.filter((_, bit) => (bits >> bit) & 1),
  };
  const end = 4 + 3 * count;
  for (let at = 4; at < end; at += 3) {
    const { earningRuleId, name, rewardCampaignId } = rules[numbers[at]];
    const fate = numbers[at + 1];
    const amount = numbers[at + 2];
    const reason = REASONS[fate - 2];
    if (fate === 0) estimate.rules.push({ earningRuleId, name, points: amount });
    else if (fate > 1) estimate.skipped.push({ earningRuleId, reason, ...(fate === 2 && { missing: amount }) });
    else if (rewardCampaignId) estimate.rewards.push(rewardCampaignId);
  }
  for (let at = end; at < numbers.length; at += 2)
    estimate.products.push({ sku: skus[numbers[at]], points: numbers[at + 1] });
  return estimate;
}

/** `createEstimator`, with the tools of the facade. `instance()` tells one instance of the wasm from the next. */
export function connectEstimators({ init, guarded, invalid, read, instance }) {
  /** The numbers of estimators that were freed. */
  const unused = [];
  let made = 0;
  const registry = new FinalizationRegistry((free) => free());

  return async (rules, options) => {
    let operation = "createEstimator";
    const refuse = (field, advice) => {
      throw invalid(operation, field, advice);
    };
    const given = JSON.parse(`{${read(operation, { rules, options }).slice(1)}}`);
    const isBare = Array.isArray(given.rules);
    const list = isBare ? given.rules : given.rules?.earningRules;
    if (!list) refuse("rules", "what listEarningRules returned, or the list in it");
    if (options !== undefined && !isObject(given.options)) refuse("options", "an object");
    const { levelId, segmentIds, timeZone } = given.options ?? {};
    const levelIds = levelId === null ? [] : levelId === undefined ? levelId : [levelId];
    const input = encoder.encode(JSON.stringify({ earningRules: list, levelIds, segmentIds }));
    let answer;
    /** Whom the wasm asks, and tells. */
    const asker = {
      offset: () => Number.NaN,
      hear: (numbers) => {
        answer = numbers.slice();
      },
      refuse: (path, advice) => {
        answer = [path, advice];
      },
    };
    try {
      if (timeZone !== undefined) asker.offset = offsetOf(timeZone);
    } catch {
      refuse("options.timeZone", "an IANA time zone such as Europe/Warsaw");
    }
    await init();

    const number = unused.pop() ?? made++;
    const texts = new Map();
    const labels = new Map();
    let madeIn;
    const call = (name, ...values) => {
      answer = undefined;
      const before = instance();
      const result = guarded(() => glue[name](...values, asker));
      if (before === instance()) return result;
      throw new LoyaltyError({ code: "internal", outcome: "not_applied", operation, attempts: 0 });
    };
    const make = () => {
      texts.clear();
      labels.clear();
      madeIn = instance();
      call("createEstimator", number, input);
    };
    const free = () => {
      if (madeIn === undefined) return;
      if (madeIn === instance()) guarded(() => glue.freeEstimator(number));
      madeIn = undefined;
      unused.push(number);
    };
    const start = (name) => {
      operation = name;
      if (madeIn === undefined) refuse("estimator", "one that was not freed");
      // What is there is of one instance of the wasm; after a trap, there is another.
      if (madeIn !== instance() || texts.size > MOST_TEXTS) make();
    };

    /** The number of a text; `place` says where it stands, should it be refused. */
    const textNumber = (text, place, mayBeEmpty) => {
      let known = texts.get(text);
      if (text === "" ? mayBeEmpty && known !== undefined : known !== undefined) return known;
      if (typeof text !== "string") refuse(place(), "a string");
      if (!text && !mayBeEmpty) refuse(place(), "a string that is not empty");
      try {
        encodeURIComponent(text);
      } catch {
        refuse(place(), "text without lone surrogates");
      }
      known = call("textNumber", number, encoder.encode(text));
      texts.set(text, known);
      return known;
    };
    const labelNumber = (label, place) => {
      if (!isObject(label)) refuse(place(), "an object");
      const { key, value } = label;
      let values = labels.get(key);
      let known = values?.get(value);
      if (known !== undefined) return known;
      const keyNumber = textNumber(key, () => `${place()}.key`, true);
      const valueNumber = value == null ? NO_VALUE : textNumber(value, () => `${place()}.value`, true);
      known = call("labelNumber", number, keyNumber, valueNumber);
      values ??= new Map();
      labels.set(key, values.set(value, known));
      return known;
    };
    const ruleIndex = (id, place) => {
      if (typeof id !== "string") refuse(place(), "a string");
      return list.findIndex(({ earningRuleId }) => earningRuleId === id);
    };
    const time = (at, field) => {
      if (at == null) return Date.now();
      const ms = typeof at === "string" ? call("timeOf", at) : at instanceof Date ? at.getTime() : Number.NaN;
      if (Number.isNaN(ms)) refuse(field, "a Date, or a date and time such as 2018-01-19T09:45:00+01:00");
      return ms;
    };
    const eachOf = (values, place, each) => {
      if (!Array.isArray(values)) refuse(place(), "a list");
      for (let index = 0; index < values.length; index++) each(values[index], () => `${place()}[${index}]`);
    };

    make();
    if (answer) {
      const [path, advice] = answer;
      free();
      const ofRules = isBare ? path.replace("earningRules", "rules") : `rules.${path}`;
      refuse(path.startsWith("earningRules") ? ofRules : `options.${path.replace("levelIds[0]", "levelId")}`, advice);
    }
    /** What the answers tell of a rule. */
    const names = list.map(({ earningRuleId, name = "", rewardCampaignId }) => ({
      earningRuleId,
      name,
      rewardCampaignId,
    }));
    const estimator = {
      estimate(cart) {
        start("estimate");
        if (!isObject(cart)) refuse("cart", "an object");
        const { items, deliverySkus, availableRewards, posId, at } = cart;
        const numbers = [time(at, "cart.at"), posId == null ? -1 : textNumber(posId, () => "cart.posId")];
        const lists = { deliverySkus: textNumber, availableRewards: ruleIndex };
        for (const [name, values] of Object.entries({ deliverySkus, availableRewards })) {
          const count = numbers.length;
          numbers.push(-1);
          if (values == null) continue;
          eachOf(
            values,
            () => `cart.${name}`,
            // No rule has the index that -1 becomes.
            (value, place) => numbers.push(lists[name](value, place, true) >>> 0),
          );
          numbers[count] = values.length;
        }
        const skus = [];
        eachOf(
          items,
          () => "cart.items",
          (item, place) => {
            if (!isObject(item)) refuse(place(), "an object");
            const { sku, grossValue, labels = [] } = item;
            const skuNumber = textNumber(sku, () => `${place()}.sku`);
            if (!Number.isFinite(grossValue)) refuse(`${place()}.grossValue`, "a finite number");
            skus.push(sku);
            numbers.push(skuNumber, grossValue, labels?.length);
            eachOf(
              labels,
              () => `${place()}.labels`,
              (label, place) => numbers.push(labelNumber(label, place)),
            );
          },
        );
        call("estimate", number, numbers);
        return decode(answer, names, skus);
      },
      event(eventName) {
        start("event");
        const name = textNumber(eventName, () => "eventName", true);
        const rule = list[call("event", number, name, Date.now())];
        return rule ? { points: rule.pointsAmount, earningRuleId: rule.earningRuleId } : null;
      },
      remaining(earningRuleId, at) {
        start("remaining");
        const index = ruleIndex(earningRuleId, () => "earningRuleId");
        const ms = time(at, "at");
        if (index >= 0) call("used", number, index, ms);
        if (index < 0 || !answer) return null;
        const [used, resetsAt] = answer;
        const { limit } = list[index].limit;
        const left = Math.max(0, limit - used);
        return { used, limit, left, resetsAt: Number.isNaN(resetsAt) ? null : new Date(resetsAt).toISOString() };
      },
      free,
    };
    if (Symbol.dispose) estimator[Symbol.dispose] = free;
    registry.register(estimator, free);
    return estimator;
  };
}
