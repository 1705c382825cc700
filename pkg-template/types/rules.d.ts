/** The rules that are in use now, and the currency that their amounts of money are in. */
export interface EarningRules {
  /**
   * Every active rule, **whatever the customer's level, segment or point of sale** (Open Loyalty 3.2.0): compare
   * `levels`, `segments` and `pos` before promising points. The order means nothing.
   */
  earningRules: EarningRule[];
  /** As configured on the server: upper or lower case. */
  currency?: string;
}

/** The rule types that this version knows. */
export type EarningRuleType =
  | "points"
  | "product_purchase"
  | "multiply_for_product"
  | "multiply_by_product_labels"
  | "instant_reward"
  | "event"
  | "custom_event"
  | "referral"
  | "geolocation"
  | "qrcode";

/**
 * A way to earn points: a union discriminated by `type`. Later servers may send further types, which come as
 * {@link UnknownRule}.
 *
 * @example
 * ```ts
 * switch (rule.type) {
 *   case "points": return `${rule.pointValue} points for every 1 ${currency}`;
 *   case "custom_event": return `${rule.pointsAmount} points`;
 *   default: return rule.description ?? rule.name;
 * }
 * ```
 */
export type EarningRule =
  | PointsRule
  | ProductPurchaseRule
  | MultiplyForProductRule
  | MultiplyByProductLabelsRule
  | InstantRewardRule
  | EventRule
  | CustomEventRule
  | ReferralRule
  | GeolocationRule
  | QrCodeRule
  | UnknownRule;

/**
 * What every rule has. Values are canonical, whatever the server's version sends: maps are objects, lists are lists,
 * an absent key stays absent (never `null`), and everything without a `?` has a default.
 */
export interface CommonRule {
  earningRuleId: string;
  /** May be empty. */
  name: string;
  description?: string;
  /** @default true */
  active: boolean;
  /**
   * In use whatever `startAt` and `endAt` say. When `false`, both count, and a rule that lacks one is never in use.
   *
   * @default false
   */
  allTimeActive: boolean;
  /** RFC 3339 with the server's offset, inclusive: `2018-01-19T09:45:00+01:00`. */
  startAt?: string;
  /** RFC 3339 with the server's offset, inclusive. */
  endAt?: string;
  /**
   * Ids of the levels that the rule is for. Open Loyalty 3.2.0: it applies to customers on one of the levels **or** in
   * one of the segments; a rule with neither applies to nobody but customers with neither.
   */
  levels: string[];
  /** Ids of the segments that the rule is for. */
  segments: string[];
  /** Ids of the points of sale that the rule is for; empty: all. */
  pos: string[];
  /** Names by id. An id whose level was deleted is missing here. */
  levelNames: Record<string, string>;
  /** Names by id. An id whose segment was deleted is missing here. */
  segmentNames: Record<string, string>;
  /** Names by id. An id whose point of sale was deleted is missing here. */
  posNames: Record<string, string>;
  /** @default false */
  hasPhoto: boolean;
  /**
   * No later rule runs on a purchase after this one did. Means something only for the five purchase types.
   *
   * @default false
   */
  lastExecutedRule: boolean;
  /**
   * When the customer used this rule; never anyone else's usages. The server records them for custom events,
   * geolocation and QR codes. `null` when the token is opaque, so that nobody can tell which are the customer's own.
   */
  usages: Usage[] | null;
}

/** One use of a rule by the customer. */
export interface Usage {
  /** RFC 3339 with the server's offset. */
  date: string;
}

/** How often a customer may use a rule. */
export interface Limit {
  /** `false`: switched off, there is no limit. */
  active: boolean;
  /** A window of the server's calendar (Open Loyalty 3.2.0: weeks from Monday, quarters, half-years), not a rolling one. */
  period?: LimitPeriod;
  /** How many uses a period allows. */
  limit?: number;
}

/** The periods that Open Loyalty 3.2.0 has. */
export type LimitPeriod = "day" | "week" | "month" | "3 months" | "6 months" | "1 year" | "forever" | (string & {});

/** A label of a product. The server leaves `value` out when it is unset. */
export interface Label {
  key: string;
  value?: string;
}

/** Points for money spent. */
export interface PointsRule extends CommonRule {
  type: "points";
  /** Points for each unit of the currency. */
  pointValue: number;
  /** Products that earn nothing. */
  excludedSKUs: string[];
  /** Used with `labelsInclusionType: "exclude_labels"`. */
  excludedLabels: Label[];
  /** Used with `labelsInclusionType: "include_labels"`; empty: every product counts. */
  includedLabels: Label[];
  /** @default "exclude_labels", as servers before 2018-07 behave */
  labelsInclusionType: "none_labels" | "include_labels" | "exclude_labels" | (string & {});
  /** @default false */
  excludeDeliveryCost: boolean;
  /**
   * The least that an order must be worth.
   *
   * @default 0
   */
  minOrderValue: number;
}

/** A fixed number of points for a product. Open Loyalty 3.2.0 pays once for each line, not for each piece. */
export interface ProductPurchaseRule extends CommonRule {
  type: "product_purchase";
  skuIds: string[];
  pointsAmount: number;
}

/** Multiplies the points of products, chosen by SKU or by label. */
export interface MultiplyForProductRule extends CommonRule {
  type: "multiply_for_product";
  skuIds: string[];
  labels: Label[];
  multiplier: number;
}

/** Multiplies the points of products by their labels; several labels of one product multiply with each other. */
export interface MultiplyByProductLabelsRule extends CommonRule {
  type: "multiply_by_product_labels";
  labelMultipliers: LabelMultiplier[];
}

/** A label and the factor that it stands for. */
export interface LabelMultiplier extends Label {
  multiplier: number;
}

/** A reward that is given with the purchase. */
export interface InstantRewardRule extends CommonRule {
  type: "instant_reward";
  rewardCampaignId?: string;
}

/** Points for something that the server itself notices. A customer can't trigger it. */
export interface EventRule extends CommonRule {
  type: "event";
  eventName:
    | "oloy.account.created"
    | "oloy.customer.logged_in"
    | "oloy.transaction.customer_first_transaction"
    | "oloy.customer.newsletter_subscription"
    | (string & {});
  pointsAmount: number;
}

/**
 * Points for something that the store reports with {@link triggerEvent}. Of several rules for one event, the server
 * pays only the highest.
 */
export interface CustomEventRule extends CommonRule {
  type: "custom_event";
  /** What to pass to {@link triggerEvent}. */
  eventName: string;
  pointsAmount: number;
  /** `null`: never set, there is no limit. */
  limit: Limit | null;
  /** The server's admin route. A customer's token can't call it; use {@link triggerEvent}. */
  usageUrl?: string;
}

/** Points for bringing a new customer. */
export interface ReferralRule extends CommonRule {
  type: "referral";
  eventName: "register" | "first_purchase" | "every_purchase" | (string & {});
  /** Who is paid. */
  rewardType: "referrer" | "referred" | "both" | (string & {});
  pointsAmount: number;
}

/** Points for being at a place. Only the server's admin API can report it. */
export interface GeolocationRule extends CommonRule {
  type: "geolocation";
  /** Degrees. */
  latitude?: number;
  /** Degrees. */
  longitude?: number;
  /** Kilometres. */
  radius?: number;
  pointsAmount: number;
  /** `null`: never set, there is no limit. */
  limit: Limit | null;
}

/** Points for scanning a code. Only the server's admin API can report it. */
export interface QrCodeRule extends CommonRule {
  type: "qrcode";
  /** The secret in the picture. The server sends it to every customer: do not show it. */
  code?: string;
  pointsAmount: number;
  /** `null`: never set, there is no limit. */
  limit: Limit | null;
}

/**
 * A rule of a type that this version does not know. It has the common fields only.
 *
 * Its `type` is whatever text the server sent. It is typed as a literal of its own, because a plain `string` there
 * would stop TypeScript from narrowing the union; to compare it, widen it first.
 *
 * @example
 * ```ts
 * const type: string = rule.type;
 * if (type === "tier_bonus") showBonus(rule.name);
 * ```
 */
export interface UnknownRule extends CommonRule {
  type: UnknownRuleType;
}

// An enum member is the one literal type that is a string and overlaps with no string literal.
declare enum OtherRuleType {
  Type = "",
}

/** The `type` of an {@link UnknownRule}: any string but the {@link EarningRuleType}s. */
export type UnknownRuleType = OtherRuleType.Type;

export {};
