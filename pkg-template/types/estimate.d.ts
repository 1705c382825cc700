/// <reference lib="esnext.disposable" />
import type { Label } from "./rules.js";

/** What is known of the customer and of the server, for {@link createEstimator}. */
export interface EstimatorOptions {
  /**
   * The id of the customer's level, one of the rules' `levels`; `null` for a customer on no level. Left out, it is not
   * known, which {@link Estimate.assumptions} reports as `"customer"` where it matters.
   */
  levelId?: string | null | undefined;
  /** The ids of the customer's segments; `[]` for none. Left out, they are not known. */
  segmentIds?: string[] | undefined;
  /**
   * The server's time zone, as the IANA names it, for the windows of limits. Left out, the offsets of the customer's
   * own usages stand for it, which can be an hour off when the clock has changed since.
   *
   * @example "Europe/Warsaw"
   */
  timeZone?: string | undefined;
}

/** A cart, or an order. */
export interface Cart {
  items: CartItem[];
  /** The SKUs that are deliveries: the server's setting `excludedDeliverySKUs`, which its API does not show. */
  deliverySkus?: string[] | undefined;
  /** The `earningRuleId`s of the instant rewards that can be given now. Left out: all. */
  availableRewards?: string[] | undefined;
  /** The point of sale. Rules that are for certain points of sale do not apply without it. */
  posId?: string | undefined;
  /**
   * The purchase date; a text is RFC 3339. Rules that begin after the list was read are not in it.
   *
   * @default now
   */
  at?: Date | string | undefined;
}

/** A line of a cart. Lines with the same SKU are computed one by one, as the server does. */
export interface CartItem {
  sku: string;
  /** The line's total, not the price of a piece. The server does not look at quantities. */
  grossValue: number;
  /** The product's labels. The server gets them with the purchase. */
  labels?: Label[] | undefined;
}

/** What a cart would earn. */
export interface Estimate {
  /** The points that the server would book. It books nothing if they are not more than 0. */
  points: number;
  /** The points of each SKU, rounded, in the order in which the server computes them. */
  products: ProductPoints[];
  /** The rules that did something, in the order in which they ran. */
  rules: RulePoints[];
  /** The `rewardCampaignId`s of the rewards that are given at once. */
  rewards: string[];
  /** The rules for purchases that did nothing. */
  skipped: SkippedRule[];
  /** The rule that let no other run after it. */
  stoppedByRuleId: string | null;
  /**
   * What `points` rest on. Empty: they are exact, but for rules that were skipped as `"unknown_type"`: nobody knows what
   * these add. Else say "about". It may name what in the end makes no difference, never the other way round.
   */
  assumptions: Assumption[];
}

/** A SKU's points. */
export interface ProductPoints {
  sku: string;
  points: number;
}

/** What a rule did to a cart. */
export interface RulePoints {
  earningRuleId: string;
  name: string;
  /** What it added, not rounded; of a multiplier, what it added to the points of the rules before it. */
  points: number;
}

/** A rule that did nothing. */
export interface SkippedRule {
  earningRuleId: string;
  reason: SkipReason;
  /** For `"below_minimum"`: how much more the order must be worth, to the cent. */
  missing?: number;
}

/** Why a rule did nothing. Later versions may add reasons. */
export type SkipReason =
  /** The order is worth less than the rule's `minOrderValue`. */
  | "below_minimum"
  /** It ran, and no item was its business. It may have stopped the rules after it all the same. */
  | "no_matching_item"
  /** Not active, not now, not for this customer, or not at this point of sale. */
  | "not_applicable"
  /** A rule before it was the last to run. */
  | "stopped"
  /** An instant reward that can't be given now. */
  | "reward_unavailable"
  /** This version does not know the rule's type, so it may add anything: say "about". */
  | "unknown_type";

/** What an estimate can rest on. Later versions may add some. */
export type Assumption =
  /** The customer's level or segments are not known, and with others the total would be another. */
  | "customer"
  /** The server keeps no order of rules of equal priority; in another one, or on PHP 7, the total may be another. */
  | "ruleOrder"
  /** `availableRewards` was left out, and the total would be another if a reward that stops other rules can't be given. */
  | "rewards"
  /** `deliverySkus` was left out, and a rule that leaves out deliveries counts lines that could be some. */
  | "deliverySkus";

/** What an event would award. */
export interface EventPoints {
  points: number;
  earningRuleId: string;
}

/** What is left of a rule's limit. */
export interface RemainingUses {
  /** How often the customer used the rule in this window. */
  used: number;
  /** How often a window allows. */
  limit: number;
  left: number;
  /** When the next window starts, RFC 3339 in UTC; `null` for a limit for ever, or beyond what a `Date` can hold. */
  resetsAt: string | null;
}

/**
 * Computes what carts earn. Every method is synchronous.
 *
 * @example
 * ```ts
 * const estimator = await createEstimator(rules, { levelId, segmentIds: [] });
 * const { points, assumptions, skipped } = estimator.estimate({ items: [{ sku: "mug", grossValue: 24.9 }] });
 * const mayDiffer = assumptions.length > 0 || skipped.some(({ reason }) => reason === "unknown_type");
 * show(`${mayDiffer ? "about " : ""}${points} points`);
 * ```
 */
export interface Estimator {
  /** @throws {LoyaltyError} `invalid_input` with a `field` such as `cart.items[3].grossValue`. */
  estimate(cart: Cart): Estimate;
  /**
   * What {@link triggerEvent} would award now, or `null`. Of several rules the highest counts, even if its limit is
   * used up and another's is not. Rules for certain points of sale do not count. Those of the server's own events (type
   * `"event"`, such as a login), which no call can trigger, count only if no custom event has the name. A limit that can't be counted is taken for not used up: see
   * {@link remaining}.
   */
  event(eventName: string): EventPoints | null;
  /**
   * What is left of a rule's limit, now or at another time. `null` if the rule has none, if its `usages` are `null`, or if its
   * `period` is one that this version does not know.
   *
   * @param at A text is RFC 3339.
   */
  remaining(earningRuleId: string, at?: Date | string): RemainingUses | null;
  /**
   * Frees its memory. It can't be used any more. Without, that happens some time after nobody refers to it, but where
   * there is no `FinalizationRegistry` (Shopify's Oxygen, Cloudflare's workers with a compatibility date before
   * 2025-05-05) not at all.
   */
  free(): void;
  [Symbol.dispose](): void;
}
