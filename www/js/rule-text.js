// What a rule means, in plain words. Facts come from Open Loyalty 3.2.0: purchase points count the line total,
// product points are paid once for each line, and a multiplier touches products only.
import { productName } from "./catalogue.js";
import { and, coordinates, distance, money, number, or, points } from "./format.js";

const MULTIPLES = { 2: "Double points", 3: "Triple points", 4: "Four times the points", 5: "Five times the points" };
const SERVER_EVENTS = {
  "oloy.account.created": "when you open an account",
  "oloy.customer.logged_in": "when you sign in",
  "oloy.transaction.customer_first_transaction": "with your first order",
  "oloy.customer.newsletter_subscription": "when you subscribe to our newsletter",
};
const REFERRAL_EVENTS = {
  register: "opens an account",
  first_purchase: "places their first order",
  every_purchase: "places an order",
};
const REFERRAL_WINNERS = { referrer: "you get", referred: "they get", both: "you both get" };

/** The groups of the filter, in the order of the list: what a visitor can do at once comes first. */
export const GROUPS = [
  { id: "actions", label: "Actions", types: ["custom_event"] },
  { id: "shopping", label: "Shopping", types: ["points", "product_purchase", "instant_reward"] },
  { id: "multipliers", label: "Multipliers", types: ["multiply_for_product", "multiply_by_product_labels"] },
  { id: "milestones", label: "Milestones", types: ["event"] },
  { id: "friends", label: "Friends", types: ["referral"] },
  { id: "visits", label: "Visits", types: ["geolocation", "qrcode"] },
];
/** For types that a later server invents. */
export const OTHER_GROUP = { id: "other", label: "Other", types: [] };

export const groupOf = (rule) => GROUPS.find(({ types }) => types.includes(rule.type)) ?? OTHER_GROUP;

/** The short figure at the head of a card: "+100", "5 per €1", "×2". */
export function headline(rule, currency) {
  switch (rule.type) {
    case "points":
      return `${number(rule.pointValue)} per ${money(1, currency)}`;
    case "multiply_for_product":
      return `×${number(rule.multiplier)}`;
    case "multiply_by_product_labels":
      return multipliersHeadline(rule.labelMultipliers);
    case "instant_reward":
      return "Gift";
    default:
      return typeof rule.pointsAmount === "number" ? `+${number(rule.pointsAmount)}` : "New";
  }
}

/** One or two sentences on how to earn by this rule. */
export function explain(rule, currency) {
  switch (rule.type) {
    case "points":
      return sentences(
        `${points(rule.pointValue)} for every ${money(1, currency)} you spend${onWhat(rule)}`,
        rule.minOrderValue > 0 && `On orders from ${money(rule.minOrderValue, currency)}`,
        excluded(rule),
        rule.excludeDeliveryCost && "Delivery doesn't count",
      );
    case "product_purchase":
      return sentences(
        `${points(rule.pointsAmount)} when you buy ${or(rule.skuIds.map(productName)) || "a set product"}`,
      );
    case "multiply_for_product":
      return sentences(`${multiple(rule.multiplier)} on ${products(rule)}`);
    case "multiply_by_product_labels":
      return sentences(multipliers(rule.labelMultipliers));
    case "instant_reward":
      return sentences("A gift comes with your order", rule.description);
    case "event":
      return sentences(`${points(rule.pointsAmount)} ${SERVER_EVENTS[rule.eventName] ?? `for “${rule.eventName}”`}`);
    case "custom_event":
      return sentences(rule.description || `${points(rule.pointsAmount)} each time`);
    case "referral":
      return sentences(referral(rule));
    case "geolocation":
      return sentences(`${points(rule.pointsAmount)} when you come ${place(rule)}`, rule.description);
    case "qrcode":
      return sentences(`${points(rule.pointsAmount)} for scanning the code`, rule.description);
    default:
      return sentences(rule.description || `A new way to earn, “${rule.type}”: ask us how it works`);
  }
}

/** Ends each part with a full stop, unless the server's own text already ends a sentence. */
function sentences(...parts) {
  return parts
    .filter(Boolean)
    .map((part) => (/[.!?…]$/.test(part.trim()) ? part.trim() : `${part.trim()}.`))
    .join(" ");
}

const multiple = (factor) => MULTIPLES[factor] ?? `${number(factor)} times the points`;

const label = ({ key, value }) => (value === undefined || value === "" ? key : `${key}: ${value}`);

function onWhat({ labelsInclusionType, includedLabels }) {
  if (labelsInclusionType !== "include_labels" || includedLabels.length === 0) return "";
  return ` on products with ${or(includedLabels.map(label))}`;
}

function excluded({ excludedSKUs, excludedLabels, labelsInclusionType }) {
  // The admin panel stores a field left blank as one empty SKU.
  const skus = excludedSKUs.filter(Boolean).map(productName);
  const labels = labelsInclusionType === "exclude_labels" ? excludedLabels.map(label) : [];
  const all = [...skus, ...labels.map((text) => `products with ${text}`)];
  return all.length > 0 && `Not on ${or(all)}`;
}

function products({ skuIds, labels }) {
  const labelled = labels.map(label);
  const all = [...skuIds.map(productName), ...(labelled.length > 0 ? [`products with ${or(labelled)}`] : [])];
  return and(all) || "set products";
}

function multipliers(labelMultipliers) {
  const parts = labelMultipliers.map((entry, index) => {
    const text = multiple(entry.multiplier);
    return `${index === 0 ? text : text.charAt(0).toLowerCase() + text.slice(1)} on ${label(entry)}`;
  });
  return and(parts) || "More points on set products";
}

function multipliersHeadline(labelMultipliers) {
  const factors = [...new Set(labelMultipliers.map(({ multiplier }) => multiplier))];
  if (factors.length === 0) return "More";
  return `${factors.length > 1 ? "up to " : ""}×${number(Math.max(...factors))}`;
}

function referral({ eventName, rewardType, pointsAmount }) {
  const when = REFERRAL_EVENTS[eventName] ?? `does “${eventName}”`;
  return `When a friend you invited ${when}, ${REFERRAL_WINNERS[rewardType] ?? "you get"} ${points(pointsAmount)}`;
}

/** The shop's own description says where it is better than degrees do. */
function place({ latitude, longitude, radius, description }) {
  const within = radius > 0 ? `within ${distance(radius)} of` : "to";
  const unplaced = description || latitude === undefined || longitude === undefined;
  return `${within} ${unplaced ? "the place" : coordinates(latitude, longitude)}`;
}
