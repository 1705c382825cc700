// The estimator as fast as plain JavaScript can be, with the same answers but for `assumptions`, which it leaves out.
//
// It does what the package's own does: texts become numbers once, rules are compiled once, carts go into typed arrays
// that stay, and a rule that lists nothing of the cart does not walk over its lines.

const PURCHASES = [
  "points",
  "multiply_for_product",
  "multiply_by_product_labels",
  "instant_reward",
  "product_purchase",
];
const OTHERS = ["event", "custom_event", "referral", "geolocation", "qrcode"];
const [POINTS, MULTIPLY_PRODUCTS, MULTIPLY_LABELS, REWARD, PURCHASE] = PURCHASES.keys();
/** The rules of a purchase run in this order. */
const GROUPS = [[POINTS], [MULTIPLY_PRODUCTS, MULTIPLY_LABELS, REWARD], [PURCHASE]];
const NUMERIC = /^[ \t\n\r\v\f]*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?[ \t\n\r\v\f]*$/;

const halfAwayFromZero = (value) => (value < 0 ? Math.ceil(value - 0.5) : Math.floor(value + 0.5));

/** PHP's `round($value, 2)`, which rounds to 15 digits first. */
function toCents(value) {
  const scaled = value * 100;
  const nearest = Math.floor(scaled + 0.5);
  // This far from a half the first rounding decides nothing.
  return Math.abs(scaled) < 1e13 && Math.abs(scaled - nearest) < 0.45 ? nearest / 100 : nearAHalf(value, scaled);
}

function nearAHalf(value, scaled) {
  if (value === 0 || !Number.isFinite(value)) return value;
  const places = 14 - Math.floor(Math.log10(Math.abs(value)));
  if (places > 2 && places < 17) {
    return halfAwayFromZero(halfAwayFromZero(value * 10 ** places) / 10 ** (places - 2)) / 100;
  }
  return Math.abs(scaled) < 1e15 ? halfAwayFromZero(scaled) / 100 : value;
}

/** Texts that PHP takes for equal have the same key. */
const looseKey = (text) => (NUMERIC.test(text) ? Number(text) + 0 : text);

/** Numbers for texts and labels. */
class Texts {
  #classes = new Map();
  #skus = new Map();
  #labels = new Map();

  get count() {
    return this.#classes.size;
  }

  #numberOf(key) {
    let number = this.#classes.get(key);
    if (number === undefined) {
      number = this.#classes.size;
      this.#classes.set(key, number);
    }
    return number;
  }

  sku(sku) {
    let known = this.#skus.get(sku);
    if (known === undefined) {
      known = this.#numberOf(looseKey(sku));
      this.#skus.set(sku, known);
    }
    return known;
  }

  /** The number of a label's class, and that of its exact text. */
  label({ key, value }) {
    let values = this.#labels.get(key);
    if (values === undefined) {
      values = new Map();
      this.#labels.set(key, values);
    }
    let known = values.get(value);
    if (known === undefined) {
      const parts = [looseKey(key), looseKey(value ?? "")].map((part) => `${typeof part}:${part}`);
      known = { loose: this.#numberOf(`l${parts}`), exact: this.#numberOf(`x${JSON.stringify([key, value])}`) };
      values.set(value, known);
    }
    return known;
  }
}

function compile(rule, texts, { levelId, segmentIds = [] }) {
  const kind = PURCHASES.indexOf(rule.type);
  const inclusion = rule.labelsInclusionType ?? "exclude_labels";
  const includesLabels = kind === POINTS && inclusion === "include_labels" && rule.includedLabels.length > 0;
  let labels = [];
  if (includesLabels) labels = rule.includedLabels;
  else if (kind === POINTS && inclusion === "exclude_labels") labels = rule.excludedLabels ?? [];
  else if (kind === MULTIPLY_PRODUCTS) labels = rule.labels ?? [];
  else if (kind === MULTIPLY_LABELS) labels = rule.labelMultipliers ?? [];
  const skus = (kind === POINTS ? rule.excludedSKUs : rule.skuIds) ?? [];
  const { levels = [], segments = [] } = rule;
  // A customer who has neither gets every rule.
  const hasNeither = levelId == null && segmentIds.length === 0;
  return {
    kind,
    earningRuleId: rule.earningRuleId,
    name: rule.name ?? "",
    rewardCampaignId: rule.rewardCampaignId,
    isForCustomer: hasNeither || levels.includes(levelId) || segmentIds.some((segment) => segments.includes(segment)),
    isLast: rule.lastExecutedRule === true,
    isActive: rule.active !== false,
    from: rule.allTimeActive ? Number.NEGATIVE_INFINITY : Date.parse(rule.startAt),
    to: rule.allTimeActive ? Number.POSITIVE_INFINITY : Date.parse(rule.endAt),
    pos: rule.pos ?? [],
    value: (rule.pointValue ?? 0) + (rule.multiplier ?? 0) + (rule.pointsAmount ?? 0),
    minOrderValue: rule.minOrderValue ?? 0,
    excludesDelivery: rule.excludeDeliveryCost === true,
    includesLabels,
    skus: Int32Array.from(skus.filter((sku) => kind !== POINTS || sku !== "").map((sku) => texts.sku(sku))),
    labels: Int32Array.from(labels.map((label) => texts.label(label)[includesLabels ? "exact" : "loose"])),
    factors: Float64Array.from(labels.map(({ multiplier }) => multiplier ?? 1)),
  };
}

/** A cart in typed arrays, and the points of its products. */
class Run {
  #texts;
  /** By class: the last cart that has it, and the last rule that lists it. */
  #present = new Int32Array(0);
  #listed = new Int32Array(0);
  #carts = 0;
  #rules = 0;
  #lines = 0;
  #sku = new Int32Array(0);
  #value = new Float64Array(0);
  #isDelivery = new Uint8Array(0);
  #product = new Int32Array(0);
  #labelsEnd = new Int32Array(0);
  #loose = [];
  #exact = [];
  #points = new Float64Array(0);
  #hasEntry = new Uint8Array(0);

  constructor(texts) {
    this.#texts = texts;
  }

  #grow(lines) {
    const size = lines * 2;
    [this.#sku, this.#product, this.#labelsEnd] = [size, size, size].map((size) => new Int32Array(size));
    [this.#value, this.#points] = [size, size].map((size) => new Float64Array(size));
    [this.#isDelivery, this.#hasEntry] = [size, size].map((size) => new Uint8Array(size));
  }

  #growClasses() {
    const size = this.#texts.count * 2;
    [this.#present, this.#listed] = [new Int32Array(size), new Int32Array(size)];
  }

  /** Reads a cart. */
  start(items, deliverySkus) {
    const texts = this.#texts;
    if (items.length > this.#sku.length) this.#grow(items.length);
    this.#lines = items.length;
    this.skus = [];
    /** The products in the order in which they first got points. */
    this.entries = [];
    this.value = this.valueWithoutDelivery = 0;
    this.#loose.length = this.#exact.length = 0;
    const products = new Map();
    const deliveries = deliverySkus.map((sku) => texts.sku(sku));
    for (let at = 0; at < items.length; at++) {
      const { sku, grossValue, labels } = items[at];
      let product = products.get(sku);
      if (product === undefined) {
        product = this.skus.push(sku) - 1;
        products.set(sku, product);
        this.#points[product] = this.#hasEntry[product] = 0;
      }
      const number = texts.sku(sku);
      const isDelivery = deliveries.includes(number);
      [this.#sku[at], this.#value[at], this.#product[at]] = [number, grossValue, product];
      this.#isDelivery[at] = isDelivery ? 1 : 0;
      this.value += grossValue;
      if (!isDelivery) this.valueWithoutDelivery += grossValue;
      for (const label of labels ?? []) {
        const { loose, exact } = texts.label(label);
        this.#loose.push(loose);
        this.#exact.push(exact);
      }
      this.#labelsEnd[at] = this.#loose.length;
    }
    if (texts.count > this.#present.length) this.#growClasses();
    this.#carts++;
    for (let at = 0; at < items.length; at++) this.#present[this.#sku[at]] = this.#carts;
    for (let at = 0; at < this.#loose.length; at++) {
      this.#present[this.#loose[at]] = this.#present[this.#exact[at]] = this.#carts;
    }
  }

  /** Notes what a rule lists, and says whether the cart has any of it. */
  #mark(classes) {
    let isPresent = false;
    for (let at = 0; at < classes.length; at++) {
      this.#listed[classes[at]] = this.#rules;
      isPresent ||= this.#present[classes[at]] === this.#carts;
    }
    return isPresent;
  }

  /** What a rule does to the lines: what it added, or nothing if it touched none. */
  apply({ kind, skus, labels, factors, value, includesLabels, excludesDelivery }) {
    this.#rules++;
    const hasSkus = this.#mark(skus);
    const hasLabels = this.#mark(labels);
    if (kind !== POINTS && !hasSkus && !hasLabels) return undefined;
    const isFactor = kind === MULTIPLY_PRODUCTS || kind === MULTIPLY_LABELS;
    const ownLabels = includesLabels ? this.#exact : this.#loose;
    let added = 0;
    let isTouched = false;
    for (let at = 0; at < this.#lines; at++) {
      const hasSku = hasSkus && this.#listed[this.#sku[at]] === this.#rules;
      let hasLabel = false;
      let amount = kind === MULTIPLY_LABELS ? 1 : value;
      if (hasLabels) {
        for (let own = at === 0 ? 0 : this.#labelsEnd[at - 1]; own < this.#labelsEnd[at]; own++) {
          if (this.#listed[ownLabels[own]] !== this.#rules) continue;
          hasLabel = true;
          if (kind !== MULTIPLY_LABELS) break;
          for (let n = 0; n < labels.length; n++) if (labels[n] === ownLabels[own]) amount *= factors[n];
        }
      }
      if (kind === POINTS) {
        if (hasSku || hasLabel !== includesLabels || (excludesDelivery && this.#isDelivery[at])) continue;
        amount *= this.#value[at];
      } else if (!hasSku && !hasLabel) continue;
      const product = this.#product[at];
      const before = this.#points[product];
      const read = toCents(before);
      const after = isFactor ? read * amount : read + amount;
      this.#points[product] = after;
      if (!this.#hasEntry[product]) {
        this.#hasEntry[product] = 1;
        this.entries.push(product);
      }
      isTouched = true;
      added += after - before;
    }
    return isTouched ? added : undefined;
  }

  /** What the products have, and their sum. */
  result() {
    let total = 0;
    const products = this.entries.map((product) => {
      const points = this.#points[product];
      total += points;
      return { sku: this.skus[product], points: toCents(points) };
    });
    return { points: toCents(total), products };
  }
}

export function createPlainEstimator(rules, customer = {}) {
  const texts = new Texts();
  const compiled = rules.map((rule) => compile(rule, texts, customer));
  const groups = GROUPS.map((kinds) => compiled.filter(({ kind }) => kinds.includes(kind)));
  const unknown = rules.filter(({ type }) => ![...PURCHASES, ...OTHERS].includes(type));
  const run = new Run(texts);

  return {
    estimate({ items, deliverySkus = [], availableRewards, posId, at }) {
      const atMs = Math.floor((at === undefined ? Date.now() : new Date(at).getTime()) / 1000) * 1000;
      run.start(items, deliverySkus);
      const applied = [];
      const rewards = [];
      const skipped = [];
      let stoppedByRuleId = null;
      for (const group of groups) {
        for (const rule of group) {
          const { earningRuleId, pos } = rule;
          const isOpen = rule.isActive && rule.from <= atMs && atMs <= rule.to;
          if (!rule.isForCustomer || !isOpen || (pos.length > 0 && !pos.includes(posId))) {
            skipped.push({ earningRuleId, reason: "not_applicable" });
            continue;
          }
          if (stoppedByRuleId !== null) {
            skipped.push({ earningRuleId, reason: "stopped" });
            continue;
          }
          if (rule.kind === REWARD) {
            if (availableRewards && !availableRewards.includes(earningRuleId)) {
              skipped.push({ earningRuleId, reason: "reward_unavailable" });
              continue;
            }
            if (rule.rewardCampaignId) rewards.push(rule.rewardCampaignId);
          } else {
            const ordered = rule.excludesDelivery ? run.valueWithoutDelivery : run.value;
            if (rule.kind === POINTS && ordered < rule.minOrderValue) {
              let missing = toCents(rule.minOrderValue - ordered);
              if (ordered + missing < rule.minOrderValue) missing = toCents(missing + 0.01);
              skipped.push({ earningRuleId, reason: "below_minimum", missing });
              continue;
            }
            const points = run.apply(rule);
            if (points === undefined) skipped.push({ earningRuleId, reason: "no_matching_item" });
            else applied.push({ earningRuleId, name: rule.name, points });
          }
          if (rule.isLast) stoppedByRuleId = earningRuleId;
        }
      }
      for (const { earningRuleId } of unknown) skipped.push({ earningRuleId, reason: "unknown_type" });
      const { points, products } = run.result();
      return { points, products, rules: applied, rewards, skipped, stoppedByRuleId };
    },
  };
}
