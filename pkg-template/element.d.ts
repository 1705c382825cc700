/**
 * `<earnkit-rules>` and `<earnkit-estimate>`: importing this module defines both, once. On a server it defines nothing
 * and gives the functions only.
 *
 * @example
 * ```html
 * <earnkit-rules gateway="/loyalty"></earnkit-rules>
 * <earnkit-estimate gateway="/loyalty" sku="mug" gross-value="24.90"></earnkit-estimate>
 * <script type="module">
 *   import "earnkit/element";
 *   document.querySelector("earnkit-rules").actions = { facebook_like: () => openShareDialog() };
 * </script>
 * ```
 */
import type {
  CallOptions,
  Cart,
  CustomEventRule,
  CustomerStatus,
  EarningRule,
  EarningRules,
  Estimate,
  Gateway,
  LoyaltyError,
  OpenLoyalty,
} from "./index.js";
import type { ElementMessages } from "./types/messages.js";

export type * from "./types/messages.js";

/** A customer's token, or a function that gives it; see `OpenLoyalty.token`. */
export type ElementToken = OpenLoyalty["token"];

/** What both elements take. Attributes are in the comments; each reflects the property. */
export interface LoyaltyElement extends HTMLElement {
  /**
   * `gateway`: where the store's gateway is, such as `/loyalty`. All that the elements need.
   */
  gateway: string | null;
  /** `base-url`: an Open Loyalty server, for a page without a gateway. Needs `token` too. */
  baseUrl: string | null;
  /** `store-code`: with `base-url`. */
  storeCode: string | null;
  /**
   * The customer's token, with `base-url`. `null`: a guest. As long as it is `undefined`, nothing is asked and no rule is
   * shown. A claim whose outcome is open stays open for the customer whom the token names, under another token too.
   *
   * With `gateway`, which knows the customer by itself, only `null` means something: that the visitor is a guest, of whom
   * the status need not be asked in vain.
   */
  token: ElementToken | null | undefined;
  /**
   * What the package's calls take first, instead of the attributes: for a `fetch` or a `pathStyle` of your own. Elements
   * that are given the same object share what they read, as do those with the same attributes.
   */
  loyalty: OpenLoyalty | Gateway | undefined;
  /**
   * The rules, if the page has them already. With a server they save the first reading, and are read again after an
   * award; without one they are shown and nothing else.
   */
  rules: EarningRules | readonly EarningRule[] | undefined;
  /** `points-name`: what points are called, by plural form in the order of the CLDR: `Star|Stars`. */
  pointsName: string | null;
  /**
   * `time-zone`: the loyalty server's, as the IANA names it, for the days on which limits start again. Elements that
   * share a reading share it too. One that does not exist is an `earnkit-error`, and counts as none.
   */
  timeZone: string | null;
  /** Texts instead of the element's own, in any language. */
  messages: ElementMessages | undefined;
  /** The name of a product by its SKU. */
  productName: ((sku: string) => string | undefined) | undefined;
  /** Options for the calls, such as `onAttempt`. */
  callOptions: CallOptions | undefined;
  /** The time on the loyalty server in milliseconds, where it is not that of the page. */
  now: (() => number) | undefined;
  /** Reads the rules and the customer's status again: after an order, after a sign-in. */
  refresh(): Promise<void>;
}

/** A `custom_event` rule's action: what the customer does for the points. */
export type Action = (rule: CustomEventRule) => unknown;

/**
 * `<earnkit-rules>`: ways to earn, as cards, and what the customer has used of them.
 *
 * The language is that of the nearest `lang`: English, Polish or German, others with `messages`. Children are shown
 * until the rules are there, and instead of an error. A child with `slot="sign-in"` is shown to guests.
 *
 * Custom properties: `--earnkit-accent`, `--earnkit-accent-soft`, `--earnkit-surface`, `--earnkit-muted`,
 * `--earnkit-line`, `--earnkit-control`, `--earnkit-warn`, `--earnkit-warn-soft`, `--earnkit-danger`,
 * `--earnkit-danger-soft`, `--earnkit-focus`, `--earnkit-gap`, `--earnkit-radius`, `--earnkit-button-radius`,
 * `--earnkit-card-width`.
 * Parts: `root`, `banner`, `filter`, `chip`, `state`, `list`, `card`, `head`, `figure`, `window`, `title`, `text`,
 * `audience`, `foot`, `limit`, `bar`, `uses`, `notice`, `code`, `closed`, `button`.
 */
export interface EarnkitRulesElement extends LoyaltyElement {
  /**
   * `filter`: which rules are shown, by type (`custom_event`) or group (`actions`, `shopping`, `multipliers`,
   * `milestones`, `friends`, `visits`, `other`), with spaces between them. Without it, all.
   *
   * The boolean attribute `chips` lets the visitor choose among the groups that are left.
   */
  filter: string | null;
  /**
   * `heading-level`: the level of the cards' titles.
   *
   * @default "3"
   */
  headingLevel: string | null;
  /**
   * What customers do for their points, by `eventName`. Only a rule with an action has a button, since a click alone is
   * no way to earn. The points are claimed when the action's promise is fulfilled, unless with `false`; when it is
   * rejected, the customer is told that it did not work.
   *
   * @example
   * ```ts
   * element.actions = { facebook_like: () => openShareDialog() };
   * ```
   */
  actions: Readonly<Record<string, Action>> | undefined;
}

/**
 * `<earnkit-estimate>`: what a product or a cart would earn, such as "You'll earn 37.35 points". Changes are announced;
 * with `aria-live="off"` they are not. The boolean attribute `breakdown` adds a line for each rule.
 *
 * Children are shown as long as there is no estimate. Custom properties as for {@link EarnkitRulesElement}.
 * Parts: `root`, `total`, `figure`, `lines`, `line`, `worth`, `hint`.
 */
export interface EarnkitEstimateElement extends LoyaltyElement {
  /** `sku`: one product, in place of a cart. */
  sku: string | null;
  /** `gross-value`: what the product costs, tax included. */
  grossValue: string | null;
  /** A cart; it goes before `sku`. An empty one shows nothing. */
  cart: Cart | undefined;
  /** The newest estimate. */
  readonly estimate: Estimate | null;
  /**
   * Whether the server may book another total, so that "about" is said: the estimate has `assumptions`, or a rule of an
   * unknown type may apply to this customer, here and now.
   */
  readonly approximate: boolean;
}

/** An event of the elements. It bubbles, and leaves shadow trees. */
export interface EarnkitEvent<Detail> extends Event {
  readonly detail: Detail;
}

/** Which rule an event is about. */
export interface RuleReference {
  earningRuleId: string;
  eventName: string;
}

/** The events by name. */
export interface EarnkitEventMap {
  /** The rules or the customer's status were read, or changed. `status` is `null` for a guest, and until it is read. */
  "earnkit-rules": EarnkitEvent<EarningRules & { status: CustomerStatus | null }>;
  /** Points were earned. `points` is `null` when they were, and the answer with the number was lost. */
  "earnkit-points": EarnkitEvent<RuleReference & { points: number | null }>;
  /** A call failed. With a rule if it was an award: `error.outcome` says what became of it. */
  "earnkit-error": EarnkitEvent<{ error: LoyaltyError } & Partial<RuleReference>>;
  /** An award is about to be sent. `preventDefault()` stops it: for a page that sends it by itself, or not at all. */
  "earnkit-trigger": EarnkitEvent<RuleReference & { points: number }>;
  /** The estimate is another, or there is none any more. `approximate`: say "about". */
  "earnkit-estimate": EarnkitEvent<{ estimate: Estimate | null; approximate: boolean }>;
}

/** The language and the words of a text. */
export interface WordsOptions {
  /**
   * A BCP 47 tag. Other languages than `en`, `pl` and `de` need `messages`.
   *
   * @default "en"
   */
  lang?: string;
  messages?: ElementMessages;
  /** As {@link LoyaltyElement.pointsName}. */
  pointsName?: string;
  productName?: (sku: string) => string | undefined;
}

/**
 * The rules as a `<ul>`, every text escaped: for a server to put inside `<earnkit-rules>`, where it stands until the
 * element takes over, and for visitors without JavaScript.
 *
 * @example
 * ```ts
 * const html = `<earnkit-rules gateway="/loyalty">${renderRules(rules, { lang: "pl" })}</earnkit-rules>`;
 * ```
 */
export function renderRules(rules: EarningRules, options?: WordsOptions): string;

/** A rule in plain words, for a page of your own: `+100`, its title, one or two sentences. */
export function describeRule(
  rule: EarningRule,
  options?: WordsOptions & { currency?: string },
): { figure: string; title: string; text: string };

/** One sentence that tells a customer what went wrong. */
export function describeError(
  error: { code: string; retryAfterMs?: number | undefined },
  options?: WordsOptions,
): string;

declare global {
  // Where there is no DOM, these stand for it.
  interface HTMLElement {}
  interface Event {}
  interface HTMLElementTagNameMap {
    "earnkit-rules": EarnkitRulesElement;
    "earnkit-estimate": EarnkitEstimateElement;
  }
  interface GlobalEventHandlersEventMap extends EarnkitEventMap {}
}

export {};
