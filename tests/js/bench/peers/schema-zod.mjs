// The list of rules and the answer to an event, as the typings of the package describe them, in zod.
import * as z from "zod";

const ids = z.array(z.string()).default([]);
const label = z.object({ key: z.string(), value: z.string().optional() });
const labels = z.array(label).default([]);
/** PHP sends `[]` for an empty map. */
const names = z.union([z.record(z.string(), z.string()), z.array(z.never())]).default({});
const limit = z.object({ active: z.boolean().optional(), period: z.string().optional(), limit: z.number().optional() });
const subject = z.object({ subjectId: z.string() });

const common = {
  earningRuleId: z.string().min(1),
  name: z.string(),
  description: z.string().optional(),
  active: z.boolean().default(true),
  allTimeActive: z.boolean().default(false),
  startAt: z.string().optional(),
  endAt: z.string().optional(),
  levels: ids,
  segments: ids,
  pos: ids,
  levelNames: names,
  segmentNames: names,
  posNames: names,
  hasPhoto: z.boolean().default(false),
  lastExecutedRule: z.boolean().default(false),
  usages: z.array(z.object({ date: z.string(), subject })).default([]),
};
const pointsAmount = z.number().default(0);
/** With gaps in its keys, PHP sends a list as an object. */
const skuIds = z.union([z.array(z.string()), z.record(z.string(), z.string())]).default([]);
const eventName = z.string();

const members = {
  points: {
    pointValue: z.number().default(0),
    excludedSKUs: ids,
    excludedLabels: labels,
    includedLabels: labels,
    labelsInclusionType: z.string().default("exclude_labels"),
    excludeDeliveryCost: z.boolean().default(false),
    minOrderValue: z.number().default(0),
  },
  product_purchase: { skuIds, pointsAmount },
  multiply_for_product: { skuIds, labels, multiplier: z.number().default(0) },
  multiply_by_product_labels: { labelMultipliers: z.array(label.extend({ multiplier: z.number() })).default([]) },
  instant_reward: { rewardCampaignId: z.string().optional() },
  event: { eventName, pointsAmount },
  custom_event: { eventName, pointsAmount, limit: limit.optional(), usageUrl: z.string().optional() },
  referral: { eventName, rewardType: z.string(), pointsAmount },
  geolocation: {
    latitude: z.number(),
    longitude: z.number(),
    radius: z.number(),
    pointsAmount,
    limit: limit.optional(),
  },
  qrcode: { code: z.string(), pointsAmount, limit: limit.optional() },
};

const known = Object.entries(members).map(([type, fields]) =>
  z.object({ type: z.literal(type), ...common, ...fields }),
);
const rule = z.discriminatedUnion("type", known);
/** A type of the future keeps the common fields. */
const future = z.object({ type: z.string(), ...common });

const earningRules = z.object({ earningRules: z.array(z.union([rule, future])), currency: z.string().optional() });
const granted = z.object({ points: z.number() });

export const readRules = (body) => earningRules.parse(body);
export const readGranted = (body) => granted.parse(body);
