// How a page reads the rules.
import type {
  CommonRule,
  CustomEventRule,
  EarningRule,
  EarningRules,
  EarningRuleType,
  Limit,
  PointsRule,
  UnknownRule,
  Usage,
} from "earnkit";
import { exactly, type Same } from "./same.mjs";

declare const rules: EarningRules;

/** Narrows by each of the ten types, and by none of them. */
export function inWords(rule: EarningRule): string {
  switch (rule.type) {
    case "points":
      return `${rule.pointValue} ${rule.minOrderValue} ${rule.labelsInclusionType} ${rule.excludedSKUs.length}`;
    case "product_purchase":
      return `${rule.pointsAmount} ${rule.skuIds[0]?.length}`;
    case "multiply_for_product":
      return `${rule.multiplier} ${rule.labels[0]?.value?.length}`;
    case "multiply_by_product_labels":
      return `${rule.labelMultipliers.map(({ key, value, multiplier }) => key + value + multiplier.toFixed())}`;
    case "instant_reward":
      return rule.rewardCampaignId ?? "";
    case "event":
      return rule.eventName + rule.pointsAmount;
    case "custom_event":
      return rule.eventName + rule.pointsAmount + rule.limit?.period + rule.usageUrl;
    case "referral":
      return rule.eventName + rule.rewardType + rule.pointsAmount;
    case "geolocation":
      return `${rule.latitude} ${rule.longitude} ${rule.radius} ${rule.pointsAmount} ${rule.limit?.limit}`;
    case "qrcode":
      return `${rule.code} ${rule.pointsAmount} ${rule.limit?.active}`;
    default: {
      exactly<Same<typeof rule, UnknownRule>>();
      const type: string = rule.type;
      return type === "tier_bonus" ? "bonus" : rule.name;
    }
  }
}

// A filter narrows, and so does an early return.
const custom: CustomEventRule[] = rules.earningRules.filter((rule) => rule.type === "custom_event");
export function pointValue(rule: EarningRule): number | null {
  if (rule.type !== "points") return null;
  exactly<Same<typeof rule, PointsRule>>();
  return rule.pointValue;
}

// The common fields need no narrowing.
const rule = rules.earningRules[0];
if (rule) {
  const { earningRuleId, name, description, startAt, levels, levelNames, usages }: CommonRule = rule;
  exactly<Same<typeof description, string | undefined>>();
  exactly<Same<typeof usages, Usage[] | null>>();
  console(
    earningRuleId,
    name,
    startAt,
    levels.map((id) => levelNames[id] ?? id),
  );
}

// A table over the known types must name all of them.
const icons: Record<EarningRuleType, string> = {
  points: "",
  product_purchase: "",
  multiply_for_product: "",
  multiply_by_product_labels: "",
  instant_reward: "",
  event: "",
  custom_event: "",
  referral: "",
  geolocation: "",
  qrcode: "",
};

// @ts-expect-error: one is missing
const tooFew: Record<EarningRuleType, string> = { ...icons, qrcode: undefined };
// @ts-expect-error: only some types have points
rule?.pointsAmount;
// @ts-expect-error: there may be no first rule
rules.earningRules[0].name;
// @ts-expect-error: the type may be unknown
if (rule) icons[rule.type];
// @ts-expect-error: usages may be unknown
rule?.usages.length;
// @ts-expect-error: a custom event may have no limit
custom[0]?.limit.period;
// @ts-expect-error: a missing key is not null
const limit: Limit = { active: true, period: null };
// @ts-expect-error: other customers' ids never arrive
rule?.usages?.[0]?.subject;

declare function console(...values: unknown[]): void;

export { limit, tooFew };
