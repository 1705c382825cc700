// The list of rules and the answer to an event, as the typings of the package describe them, in valibot.
import * as v from "valibot";

const ids = v.optional(v.array(v.string()), []);
const label = { key: v.string(), value: v.optional(v.string()) };
const labels = v.optional(v.array(v.object(label)), []);
/** PHP sends `[]` for an empty map. */
const names = v.optional(v.union([v.record(v.string(), v.string()), v.array(v.never())]), {});
const limit = v.optional(
  v.object({ active: v.optional(v.boolean()), period: v.optional(v.string()), limit: v.optional(v.number()) }),
);
const subject = v.object({ subjectId: v.string() });

const common = {
  earningRuleId: v.pipe(v.string(), v.minLength(1)),
  name: v.string(),
  description: v.optional(v.string()),
  active: v.optional(v.boolean(), true),
  allTimeActive: v.optional(v.boolean(), false),
  startAt: v.optional(v.string()),
  endAt: v.optional(v.string()),
  levels: ids,
  segments: ids,
  pos: ids,
  levelNames: names,
  segmentNames: names,
  posNames: names,
  hasPhoto: v.optional(v.boolean(), false),
  lastExecutedRule: v.optional(v.boolean(), false),
  usages: v.optional(v.array(v.object({ date: v.string(), subject })), []),
};
const pointsAmount = v.optional(v.number(), 0);
/** With gaps in its keys, PHP sends a list as an object. */
const skuIds = v.optional(v.union([v.array(v.string()), v.record(v.string(), v.string())]), []);
const eventName = v.string();

const members = {
  points: {
    pointValue: v.optional(v.number(), 0),
    excludedSKUs: ids,
    excludedLabels: labels,
    includedLabels: labels,
    labelsInclusionType: v.optional(v.string(), "exclude_labels"),
    excludeDeliveryCost: v.optional(v.boolean(), false),
    minOrderValue: v.optional(v.number(), 0),
  },
  product_purchase: { skuIds, pointsAmount },
  multiply_for_product: { skuIds, labels, multiplier: v.optional(v.number(), 0) },
  multiply_by_product_labels: {
    labelMultipliers: v.optional(v.array(v.object({ ...label, multiplier: v.number() })), []),
  },
  instant_reward: { rewardCampaignId: v.optional(v.string()) },
  event: { eventName, pointsAmount },
  custom_event: { eventName, pointsAmount, limit, usageUrl: v.optional(v.string()) },
  referral: { eventName, rewardType: v.string(), pointsAmount },
  geolocation: { latitude: v.number(), longitude: v.number(), radius: v.number(), pointsAmount, limit },
  qrcode: { code: v.string(), pointsAmount, limit },
};

const known = Object.entries(members).map(([type, fields]) =>
  v.object({ type: v.literal(type), ...common, ...fields }),
);
/** A type of the future keeps the common fields. */
const future = v.object({ type: v.string(), ...common });
const rule = v.union([v.variant("type", known), future]);

const earningRules = v.object({ earningRules: v.array(rule), currency: v.optional(v.string()) });
const granted = v.object({ points: v.number() });

export const readRules = (body) => v.parse(earningRules, body);
export const readGranted = (body) => v.parse(granted, body);
