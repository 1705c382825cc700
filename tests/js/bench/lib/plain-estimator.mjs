// The estimator as well as plain JavaScript can do it, with the same answers but for `assumptions`, which it leaves out.
//
// It does what the package's own does: SKUs and labels become numbers once, rules are compiled once, and a rule that
// lists nothing of the cart does not walk over its lines.

const GROUPS = {
  points: 0,
  multiply_for_product: 1,
  multiply_by_product_labels: 1,
  instant_reward: 1,
  product_purchase: 2,
};
const OTHERS = new Set(["event", "custom_event", "referral", "geolocation", "qrcode"]);
const NUMERIC = /^[ \t\n\r\v\f]*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?[ \t\n\r\v\f]*$/;

const halfAwayFromZero = (value) => (value < 0 ? Math.ceil(value - 0.5) : Math.floor(value + 0.5));

/** PHP's `round($value, 2)`, which rounds to 15 digits first. */
function toCents(value) {
  const scaled = value * 100;
  const nearest = Math.floor(scaled + 0.5);
  // This far from a half the first rounding decides nothing.
  if (Math.abs(scaled) < 1e13 && Math.abs(scaled - nearest) < 0.45) return nearest / 100;
  if (value === 0 || !Number.isFinite(value)) return value;
  const places = 14 - Math.floor(Math.log10(Math.abs(value)));
  if (places > 2 && places < 17) {
    return halfAwayFromZero(halfAwayFromZero(value * 10 ** places) / 10 ** (places - 2)) / 100;
  }
  return Math.abs(scaled) < 1e15 ? halfAwayFromZero(scaled) / 100 : value;
}

/** Texts that PHP takes for equal have the same key. */
const looseKey = (text) => (NUMERIC.test(text) ? Number(text) + 0 : text);

export function createPlainEstimator(rules, { levelId, segmentIds = [] } = {}) {
  const classes = new Map();
  const skuClasses = new Map();
  const labelClasses = new Map();
  let stamp = 0;
  /** By class: the number of the last rule that listed it. */
  let stamps = new Int32Array(1024);

  const numberOf = (key) => {
    let number = classes.get(key);
    if (number === undefined) {
      number = classes.size;
      classes.set(key, number);
      if (number >= stamps.length) {
        const larger = new Int32Array(stamps.length * 2);
        larger.set(stamps);
        stamps = larger;
      }
    }
    return number;
  };
  const classOfSku = (sku) => {
    let known = skuClasses.get(sku);
    if (known === undefined) {
      known = numberOf(looseKey(sku));
      skuClasses.set(sku, known);
    }
    return known;
  };
  /** The class of a label, and the number of its exact text. */
  const classOfLabel = ({ key, value }) => {
    let values = labelClasses.get(key);
    if (values === undefined) {
      values = new Map();
      labelClasses.set(key, values);
    }
    let known = values.get(value);
    if (known === undefined) {
      const parts = [looseKey(key), looseKey(value ?? "")].map((part) => `${typeof part}:${part}`);
      known = { loose: numberOf(`l${parts}`), exact: numberOf(`x${JSON.stringify([key, value])}`) };
      values.set(value, known);
    }
    return known;
  };

  const compile = (rule, at) => {
    const { type } = rule;
    const isPoints = type === "points";
    const inclusion = rule.labelsInclusionType ?? "exclude_labels";
    const includesLabels = isPoints && inclusion === "include_labels" && rule.includedLabels.length > 0;
    let labels = [];
    if (includesLabels) labels = rule.includedLabels;
    else if (isPoints && inclusion === "exclude_labels") labels = rule.excludedLabels ?? [];
    else if (type === "multiply_for_product") labels = rule.labels ?? [];
    else if (type === "multiply_by_product_labels") labels = rule.labelMultipliers ?? [];
    const skus = (isPoints ? rule.excludedSKUs : rule.skuIds) ?? [];
    const levels = rule.levels ?? [];
    const segments = rule.segments ?? [];
    // A customer who has neither gets every rule.
    const isForCustomer =
      (levelId == null && segmentIds.length === 0) ||
      levels.includes(levelId) ||
      segmentIds.some((segment) => segments.includes(segment));
    return {
      at,
      type,
      earningRuleId: rule.earningRuleId,
      name: rule.name ?? "",
      rewardCampaignId: rule.rewardCampaignId,
      isForCustomer,
      isLast: rule.lastExecutedRule === true,
      isActive: rule.active !== false,
      from: rule.allTimeActive ? -Infinity : Date.parse(rule.startAt),
      to: rule.allTimeActive ? Infinity : Date.parse(rule.endAt),
      pos: rule.pos ?? [],
      value: (rule.pointValue ?? 0) + (rule.multiplier ?? 0) + (rule.pointsAmount ?? 0),
      minOrderValue: rule.minOrderValue ?? 0,
      excludesDelivery: rule.excludeDeliveryCost === true,
      includesLabels,
      skus: skus.filter((sku) => !isPoints || sku !== "").map(classOfSku),
      labels: labels.map((label) => (includesLabels ? classOfLabel(label).exact : classOfLabel(label).loose)),
      factors: labels.map(({ multiplier }) => multiplier ?? 1),
    };
  };
  const compiled = rules.map(compile);
  const groups = [0, 1, 2].map((group) => compiled.filter(({ type }) => GROUPS[type] === group));
  const unknown = compiled.filter(({ type }) => GROUPS[type] === undefined && !OTHERS.has(type));

  return {
    estimate({ items, deliverySkus = [], availableRewards, posId, at }) {
      const atMs = Math.floor((at === undefined ? Date.now() : new Date(at).getTime()) / 1000) * 1000;
      const deliveries = ++stamp;
      for (const sku of deliverySkus) stamps[classOfSku(sku)] = deliveries;

      const products = new Map();
      /** In the order in which the SKUs first got points. */
      const entries = [];
      const lines = [];
      let value = 0;
      let valueWithoutDelivery = 0;
      for (const { sku, grossValue, labels } of items) {
        let product = products.get(sku);
        if (product === undefined) {
          product = { sku, points: 0, hasEntry: false };
          products.set(sku, product);
        }
        const skuClass = classOfSku(sku);
        const isDelivery = stamps[skuClass] === deliveries;
        value += grossValue;
        if (!isDelivery) valueWithoutDelivery += grossValue;
        lines.push({ skuClass, labels: labels?.map(classOfLabel) ?? [], grossValue, isDelivery, product });
      }
      const present = ++stamp;
      for (const { skuClass, labels } of lines) {
        stamps[skuClass] = present;
        for (const label of labels) stamps[label.loose] = stamps[label.exact] = present;
      }

      /** Adds to a product's points or multiplies them, and gives the difference. */
      const change = (product, isFactor, amount) => {
        const before = product.points;
        const read = toCents(before);
        product.points = isFactor ? read * amount : read + amount;
        if (!product.hasEntry) {
          product.hasEntry = true;
          entries.push(product);
        }
        return product.points - before;
      };

      /** What a rule does to the lines: what it added, or `undefined` if it touched none. */
      const apply = (rule) => {
        const { type, skus, labels } = rule;
        const isPoints = type === "points";
        let isListed = isPoints;
        for (let n = 0; n < skus.length && !isListed; n++) isListed = stamps[skus[n]] === present;
        for (let n = 0; n < labels.length && !isListed; n++) isListed = stamps[labels[n]] === present;
        if (!isListed) return undefined;
        let added;
        const isFactor = type === "multiply_for_product" || type === "multiply_by_product_labels";
        for (let n = 0; n < lines.length; n++) {
          const line = lines[n];
          const hasSku = skus.includes(line.skuClass);
          let hasLabel = false;
          let amount = rule.value;
          if (type === "multiply_by_product_labels") amount = 1;
          for (let l = 0; l < line.labels.length && labels.length > 0; l++) {
            const own = rule.includesLabels ? line.labels[l].exact : line.labels[l].loose;
            if (type !== "multiply_by_product_labels") hasLabel ||= labels.includes(own);
            else {
              for (let m = 0; m < labels.length; m++) {
                if (labels[m] !== own) continue;
                hasLabel = true;
                amount *= rule.factors[m];
              }
            }
          }
          if (isPoints) {
            if (hasSku || hasLabel !== rule.includesLabels || (rule.excludesDelivery && line.isDelivery)) continue;
            amount *= line.grossValue;
          } else if (!hasSku && !hasLabel) continue;
          added = (added ?? 0) + change(line.product, isFactor, amount);
        }
        return added;
      };

      const applied = [];
      const rewards = [];
      const skipped = [];
      let stoppedByRuleId = null;
      for (const group of groups) {
        for (const rule of group) {
          const { earningRuleId, name } = rule;
          const skip = (reason) => skipped.push({ earningRuleId, reason });
          const isOpen = rule.isActive && rule.from <= atMs && atMs <= rule.to;
          if (!rule.isForCustomer || !isOpen || (rule.pos.length > 0 && !rule.pos.includes(posId))) {
            skip("not_applicable");
            continue;
          }
          if (stoppedByRuleId !== null) {
            skip("stopped");
            continue;
          }
          if (rule.type === "instant_reward") {
            if (availableRewards && !availableRewards.includes(earningRuleId)) {
              skip("reward_unavailable");
              continue;
            }
            if (rule.rewardCampaignId) rewards.push(rule.rewardCampaignId);
          } else {
            const ordered = rule.excludesDelivery ? valueWithoutDelivery : value;
            if (rule.type === "points" && ordered < rule.minOrderValue) {
              let missing = toCents(rule.minOrderValue - ordered);
              if (ordered + missing < rule.minOrderValue) missing = toCents(missing + 0.01);
              skipped.push({ earningRuleId, reason: "below_minimum", missing });
              continue;
            }
            const points = apply(rule);
            if (points === undefined) skip("no_matching_item");
            else applied.push({ earningRuleId, name, points });
          }
          if (rule.isLast) stoppedByRuleId = earningRuleId;
        }
      }
      for (const { earningRuleId } of unknown) skipped.push({ earningRuleId, reason: "unknown_type" });
      let total = 0;
      for (const { points } of entries) total += points;
      return {
        points: toCents(total),
        products: entries.map(({ sku, points }) => ({ sku, points: toCents(points) })),
        rules: applied,
        rewards,
        skipped,
        stoppedByRuleId,
      };
    },
  };
}
