// Carts and the rules for them: the same ones for the same seed.

/** Mulberry32. */
export function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const LEVEL = "000096cf-32a3-43bd-9034-4df343e5fd93";
const CATEGORIES = ["books", "shoes", "garden", "toys", "sale"];

/**
 * A shop's rules, of the five types that purchases run, in the proportions of a shop with campaigns for products: one
 * of ten gives points for money spent, half pay or multiply for products, the rest go by labels.
 */
export function shopRules(count, catalogueSize) {
  const random = randomFrom(count);
  const pick = (list) => list[Math.floor(random() * list.length)];
  const sku = () => `SKU-${Math.floor(random() * catalogueSize)}`;
  const skus = (most) => Array.from({ length: 1 + Math.floor(random() * most) }, sku);
  const label = () => ({ key: "category", value: pick(CATEGORIES) });
  const makes = [
    () => ({
      type: "points",
      pointValue: 1 + Math.floor(random() * 20) / 10,
      excludedSKUs: skus(5),
      excludedLabels: [label()],
      includedLabels: [],
      labelsInclusionType: pick(["none_labels", "exclude_labels"]),
      excludeDeliveryCost: random() < 0.5,
      minOrderValue: pick([0, 20, 100]),
    }),
    () => ({ type: "product_purchase", skuIds: skus(8), pointsAmount: 5 + Math.floor(random() * 100) }),
    () => ({ type: "product_purchase", skuIds: skus(8), pointsAmount: 5 + Math.floor(random() * 100) }),
    () => ({ type: "product_purchase", skuIds: skus(8), pointsAmount: 5 + Math.floor(random() * 100) }),
    () => ({ type: "multiply_for_product", skuIds: skus(8), labels: [], multiplier: pick([1.1, 1.5, 2]) }),
    () => ({ type: "multiply_for_product", skuIds: skus(4), labels: [label()], multiplier: pick([1.1, 1.5]) }),
    () => ({ type: "multiply_for_product", skuIds: skus(8), labels: [], multiplier: pick([1.1, 1.5, 2]) }),
    () => ({ type: "multiply_by_product_labels", labelMultipliers: [{ ...label(), multiplier: pick([1.1, 1.2]) }] }),
    () => ({ type: "multiply_by_product_labels", labelMultipliers: [{ ...label(), multiplier: pick([1.1, 1.2]) }] }),
    () => ({ type: "instant_reward", rewardCampaignId: "campaign" }),
  ];
  return Array.from({ length: count }, (_, at) => ({
    earningRuleId: `rule-${at}`,
    name: `Rule ${at}`,
    active: true,
    allTimeActive: true,
    levels: [LEVEL],
    segments: [],
    pos: [],
    lastExecutedRule: false,
    ...makes[at % makes.length](),
  }));
}

/** Carts of so many lines each; every third line has a label. */
export function shopCarts(count, lines, catalogueSize) {
  const random = randomFrom(lines);
  const line = (_, at) => ({
    sku: `SKU-${Math.floor(random() * catalogueSize)}`,
    grossValue: Math.floor(random() * 10_000) / 100,
    labels: at % 3 ? [] : [{ key: "category", value: CATEGORIES[Math.floor(random() * CATEGORIES.length)] }],
  });
  return Array.from({ length: count }, () => ({
    items: Array.from({ length: lines }, line),
    deliverySkus: ["SKU-0"],
    availableRewards: [],
  }));
}

/** What a customer of that level earns. */
export const CUSTOMER = { levelId: LEVEL, segmentIds: [] };
