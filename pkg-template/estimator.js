import { LoyaltyError } from "./error.js";
import * as glue from "./glue.js";

// In the order of the numbers that the wasm answers with: see src/estimate/.
const ASSUMPTIONS = ["customer", "ruleOrder", "rewards", "deliverySkus"];
const REASONS = "below_minimum no_matching_item not_applicable stopped reward_unavailable unknown_type".split(" ");
/** Stands for the value of a label that has none, and for a rule that there is not. */
const NONE = 2 ** 32 - 1;
/** With more texts and labels than this, an estimator starts again, so that those of old carts do not add up for ever. */
const MOST_TEXTS = 50_000;
/** The last time that a `Date` can hold. */
const LAST_MS = 864e13;

const encoder = new TextEncoder();

/** How far the clock of a time zone is ahead of UTC at a time, in minutes. */
function offsetOf(timeZone) {
  const format = new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" });
  return (ms) => {
    const text = format.format(Math.max(-LAST_MS, Math.min(LAST_MS, ms)));
    const [, sign, hours, minutes] = /([+-])(\d+):(\d+)/.exec(text) ?? [0, "+", 0, 0];
    return (sign + 1) * (hours * 60 + +minutes);
  };
}

/** What a cart earns, from the numbers that stand for it, with the rules and the SKUs of the lines. */
function decode(numbers, list, skus) {
  const bits = numbers[1];
  const estimate = {
    points: numbers[0],
    products: [],
    rules: [],
    rewards: [],
    skipped: [],
    stoppedByRuleId: list[numbers[2]]?.earningRuleId ?? null,
    assumptions: ASSUMPTIONS.filter((_, bit) => (bits >> bit) & 1),
  };
  let at = 4;
  for (let count = numbers[3]; count > 0; count--) {
    const { earningRuleId, name = "", rewardCampaignId } = list[numbers[at++]];
    const reason = REASONS[numbers[at++] - 2];
    const points = numbers[at++];
    if (reason) estimate.skipped.push(points ? { earningRuleId, reason, missing: points } : { earningRuleId, reason });
    else if (numbers[at - 2] === 0) estimate.rules.push({ earningRuleId, name, points });
    else if (rewardCampaignId) estimate.rewards.push(rewardCampaignId);
  }
  while (at < numbers.length) estimate.products.push({ sku: skus[numbers[at++]], points: numbers[at++] });
  return estimate;
}

/** `createEstimator`, with the tools of the facade. `instance()` tells one instance of the wasm from the next. */
export function connectEstimators({ init, guarded, invalid, read, instance }) {
  /** The numbers of estimators that were freed. */
  const unused = [];
  let made = 0;
  // Shopify's Oxygen has none, nor have Cloudflare's workers of before May 2025: there `free` alone frees.
  const registry = globalThis.FinalizationRegistry && new FinalizationRegistry((free) => free());

  return async (rules, options) => {
    let operation = "createEstimator";
    const refuse = (field, advice) => {
      throw invalid(operation, field, advice);
    };
    /** Refuses what the wasm refuses. */
    const check = (refusal) => refusal && refuse(...refusal.split("\n"));
    const jsonOf = (args) => `{${read(operation, args).slice(1)}}`;
    const json = jsonOf({ rules, options });
    const input = encoder.encode(json);
    const given = JSON.parse(json);
    let offset = () => Number.NaN;
    const timeZone = given.options?.timeZone;
    try {
      if (timeZone !== undefined) offset = offsetOf(timeZone);
    } catch {
      refuse("options.timeZone", "an IANA time zone such as Europe/Warsaw");
    }
    await init();

    const number = unused.pop() ?? made++;
    const texts = new Map();
    const labels = new Map();
    let labelCount, madeIn;
    const call = (run) => {
      const before = instance();
      const result = guarded(run);
      if (before === instance()) return result;
      throw new LoyaltyError({ code: "internal", outcome: "not_applied", operation, attempts: 0 });
    };
    /** Asks the wasm about a text or bytes. */
    const ask = (input, run) =>
      call(() => {
        glue.write(typeof input === "string" ? encoder.encode(input) : input);
        return run();
      });
    const make = () => {
      texts.clear();
      labels.clear();
      labelCount = 0;
      madeIn = instance();
      return ask(input, () => glue.read(glue.createEstimator(number)));
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
      if (madeIn !== instance() || texts.size + labelCount > MOST_TEXTS) make();
    };

    // What these throw when something is wrong does not matter: the wasm is asked what it is.
    const textOf = (text) => {
      if (typeof text !== "string") throw 0;
      return text;
    };
    const textNumber = (text) => {
      let known = texts.get(text);
      if (known === undefined) {
        // Throws for a lone surrogate, which the wasm would not get to see.
        encodeURIComponent(textOf(text));
        known = ask(text, () => glue.textNumber(number));
        texts.set(text, known);
      }
      return known;
    };
    const labelNumber = ({ key, value }) => {
      let values = labels.get(key);
      if (!values) {
        values = new Map();
        labels.set(key, values);
      }
      let known = values.get(value);
      if (known === undefined) {
        const [keyNumber, valueNumber] = [textNumber(key), value == null ? NONE : textNumber(value)];
        known = call(() => glue.labelNumber(number, keyNumber, valueNumber));
        labelCount++;
        values.set(value, known);
      }
      return known;
    };
    const time = (at, field) => {
      let ms;
      try {
        ms = at == null ? Date.now() : typeof at === "string" ? ask(at, glue.timeOf) : at.getTime();
      } catch {}
      if (!Number.isFinite(ms)) refuse(field, "a Date, or a date and time such as 2018-01-19T09:45:00+01:00");
      return ms;
    };
    const numbersOf = ({ items, deliverySkus, availableRewards, posId, at }, skus) => {
      const numbers = [0, posId == null ? -1 : textNumber(posId)];
      const pushAll = (list, numberOf) => {
        if (!Array.isArray(list)) throw 0;
        numbers.push(list.length);
        for (const item of list) numbers.push(numberOf(item));
      };
      const pushKnown = (list, numberOf) => {
        if (list == null) numbers.push(-1);
        else pushAll(list, numberOf);
      };
      if (posId === "") throw 0;
      pushKnown(deliverySkus, textNumber);
      pushKnown(availableRewards, (id) => indices.get(textOf(id)) ?? NONE);
      if (!Array.isArray(items)) throw 0;
      for (const { sku, grossValue, labels = [] } of items) {
        if (!sku || !Number.isFinite(grossValue)) throw 0;
        skus.push(sku);
        numbers.push(textNumber(sku), grossValue);
        pushAll(labels, labelNumber);
      }
      numbers[0] = time(at, "cart.at");
      return numbers;
    };

    const refusal = make();
    if (refusal) free();
    check(refusal);
    const list = given.rules.earningRules ?? given.rules;
    /** Of two rules with one id, the first. */
    const indices = new Map(list.map(({ earningRuleId }, index) => [earningRuleId, index]).reverse());
    const estimator = {
      estimate(cart) {
        start("estimate");
        const skus = [];
        let numbers;
        try {
          numbers = numbersOf(cart, skus);
        } catch (error) {
          if (error instanceof LoyaltyError) throw error;
          check(ask(jsonOf({ cart }), () => glue.read(glue.checkCart())));
          refuse("cart", "plain data");
        }
        const answer = call(() => {
          glue.writeNumbers(numbers);
          return glue.readNumbers(glue.estimate(number));
        });
        return decode(answer, list, skus);
      },
      event(eventName) {
        start("event");
        if (typeof eventName !== "string") refuse("eventName", "a string");
        // So that it counts among the texts.
        if (!texts.has(eventName)) texts.set(eventName, undefined);
        glue.measureBy(offset);
        const rule = list[ask(eventName, () => glue.event(number, Date.now()))];
        return rule ? { points: rule.pointsAmount, earningRuleId: rule.earningRuleId } : null;
      },
      remaining(earningRuleId, at) {
        start("remaining");
        if (typeof earningRuleId !== "string") refuse("earningRuleId", "a string");
        const ms = time(at, "at");
        glue.measureBy(offset);
        const [used, limit, resetsAt] = call(() =>
          glue.readNumbers(glue.used(number, indices.get(earningRuleId) ?? NONE, ms)),
        );
        if (used === undefined) return null;
        const left = Math.max(0, limit - used);
        return { used, limit, left, resetsAt: resetsAt <= LAST_MS ? new Date(resetsAt).toISOString() : null };
      },
      free,
    };
    if (Symbol.dispose) estimator[Symbol.dispose] = free;
    registry?.register(estimator, free);
    return estimator;
  };
}
