// What a rule means, in plain words. Facts come from Open Loyalty 3.2.0: purchase points count the line total,
// product points are paid once for each line, and a multiplier touches products only.
import { shown } from "./words.js";

const SERVER_EVENTS = {
  "oloy.account.created": "accountCreated",
  "oloy.customer.logged_in": "loggedIn",
  "oloy.transaction.customer_first_transaction": "firstTransaction",
  "oloy.customer.newsletter_subscription": "newsletter",
};
const REFERRAL_EVENTS = ["register", "first_purchase", "every_purchase"];
const REFERRAL_WINNERS = ["referrer", "referred", "both"];

/** The groups of the filter, in the order of the list: what a visitor can do at once comes first. */
const GROUPS = {
  actions: ["custom_event"],
  shopping: ["points", "product_purchase", "instant_reward"],
  multipliers: ["multiply_for_product", "multiply_by_product_labels"],
  milestones: ["event"],
  friends: ["referral"],
  visits: ["geolocation", "qrcode"],
  /** For types that a later server invents. */
  other: [],
};
const NAMES = Object.keys(GROUPS);
const TYPES = Object.values(GROUPS).flat();

export const groupOf = ({ type }) => NAMES.find((name) => GROUPS[name].includes(type)) ?? "other";
export const groupLabel = (group, words) => words.text(group === "multipliers" ? "multipliersGroup" : group);
export const groupOrder = (group) => NAMES.indexOf(group);
export const typeOrder = ({ type }) => TYPES.indexOf(type);

export const titleOf = (rule, words) => shown(rule.name) || groupLabel(groupOf(rule), words);

/** The short figure at the head of a card: "+100", "5 per €1", "×2". */
export function headline(rule, currency, words) {
  switch (rule.type) {
    case "points":
      return words.text("per", { number: words.number(rule.pointValue), money: words.money(1, currency) });
    case "multiply_for_product":
      return `×${words.number(rule.multiplier)}`;
    case "multiply_by_product_labels":
      return multipliersHeadline(rule.labelMultipliers, words);
    case "instant_reward":
      return words.text("gift");
    default:
      return typeof rule.pointsAmount === "number" ? `+${words.number(rule.pointsAmount)}` : words.text("new");
  }
}

/** One or two sentences on how to earn by this rule. */
export function explain(rule, currency, words) {
  const { text } = words;
  const description = shown(rule.description);
  const points = typeof rule.pointsAmount === "number" ? words.points(rule.pointsAmount) : "";
  switch (rule.type) {
    case "points":
      return sentences(
        spend(rule, currency, words),
        rule.minOrderValue > 0 && text("minimum", { money: words.money(rule.minOrderValue, currency) }),
        excluded(rule, words),
        rule.excludeDeliveryCost && text("noDelivery"),
      );
    case "product_purchase":
      return sentences(text("buy", { points, products: words.or(rule.skuIds.map(words.product)) || text("aProduct") }));
    case "multiply_for_product":
      return sentences(
        text("multiply", { multiple: multiple(rule.multiplier, words), products: products(rule, words) }),
      );
    case "multiply_by_product_labels":
      return sentences(multipliers(rule.labelMultipliers, words));
    case "instant_reward":
      return sentences(text("reward"), description);
    case "event": {
      const known = Object.hasOwn(SERVER_EVENTS, rule.eventName) ? SERVER_EVENTS[rule.eventName] : "event";
      return sentences(text(known, { points, name: words.inside(rule.eventName) }));
    }
    case "custom_event":
      return sentences(description || text("customEvent", { points }));
    case "referral":
      return sentences(referral(rule, points, words));
    case "geolocation":
      return sentences(place(rule, points, words), description);
    case "qrcode":
      return sentences(text("scan", { points }), description);
    default:
      return sentences(description || text("unknown", { name: words.inside(rule.type) }));
  }
}

/** Ends each part with a full stop, unless the server's own text already ends a sentence. */
function sentences(...parts) {
  return parts
    .filter(Boolean)
    .map((part) => (/[.!?…]$/.test(part) ? part : `${part}.`))
    .join(" ");
}

function multiple(factor, words) {
  const named = { 2: "double", 3: "triple" }[factor] ?? "times";
  return words.text(named, { number: words.number(factor), unit: words.unit(2), units: words.unit(5) });
}

const label = ({ key, value }, words) => words.inside(value ? `${key}: ${value}` : key);
const labelled = (labels, words) =>
  labels.length > 0 ? [words.text("labelled", { labels: words.or(labels.map((each) => label(each, words))) })] : [];

function spend({ pointValue, labelsInclusionType, includedLabels }, currency, words) {
  const [products] = labelsInclusionType === "include_labels" ? labelled(includedLabels, words) : [];
  const params = { points: words.points(pointValue), money: words.money(1, currency), products };
  return words.text(products ? "spendOn" : "spend", params);
}

function excluded({ excludedSKUs, excludedLabels, labelsInclusionType }, words) {
  // The admin panel stores a field left blank as one empty SKU.
  const skus = excludedSKUs.filter(Boolean).map(words.product);
  const labels = labelsInclusionType === "exclude_labels" ? labelled(excludedLabels, words) : [];
  const products = words.or([...skus, ...labels]);
  return products && words.text("excluded", { products });
}

const products = ({ skuIds, labels }, words) =>
  words.and([...skuIds.map(words.product), ...labelled(labels, words)]) || words.text("someProducts");

function multipliers(labelMultipliers, words) {
  const parts = labelMultipliers.map((entry, index) => {
    const text = multiple(entry.multiplier, words);
    const start = index === 0 ? text : text.charAt(0).toLowerCase() + text.slice(1);
    return words.text("multiply", { multiple: start, products: label(entry, words) });
  });
  return words.and(parts) || words.text("multipliers", { units: words.unit(5) });
}

function multipliersHeadline(labelMultipliers, words) {
  const factors = new Set(labelMultipliers.map(({ multiplier }) => multiplier));
  if (factors.size === 0) return words.text("more");
  const factor = `×${words.number(Math.max(...factors))}`;
  return factors.size > 1 ? words.text("upTo", { factor }) : factor;
}

function referral({ eventName, rewardType }, points, words) {
  const does = words.text(REFERRAL_EVENTS.includes(eventName) ? eventName : "doesOther", {
    name: words.inside(eventName),
  });
  const wins = words.text(REFERRAL_WINNERS.includes(rewardType) ? rewardType : "referrer");
  return words.text("referral", { does, wins, points });
}

/** The shop's own description says where it is better than degrees do. */
function place({ latitude, longitude, radius, description }, points, words) {
  const unplaced = description || latitude === undefined || longitude === undefined;
  const place = unplaced ? words.text("thePlace") : words.coordinates(latitude, longitude);
  return radius > 0
    ? words.text("near", { points, place, distance: words.distance(radius) })
    : words.text("visit", { points, place });
}
