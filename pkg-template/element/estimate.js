// <earnkit-estimate>: what a product or a cart would earn.
import { define, LoyaltyElement } from "./base.js";
import { el, setHidden, setText } from "./dom.js";
import { isForOthers, windowOf } from "./rule-audience.js";
import { shown } from "./words.js";

const ATTRIBUTES = { sku: "sku", "gross-value": "grossValue" };
/** Stands in a sentence for the points, which are set apart in it. */
const POINTS = "\u0000";

export class EarnkitEstimate extends LoyaltyElement {
  static observedAttributes = [...LoyaltyElement.observedAttributes, ...Object.keys(ATTRIBUTES), "breakdown"];
  #before = el("span");
  #figure = el("strong", { part: "figure" });
  #after = el("span");
  #total = el("p", { part: "total", hidden: "" }, this.#before, this.#figure, this.#after);
  #lines = el("ul", { part: "lines", role: "list", hidden: "" });
  #hint = el("p", { part: "hint", hidden: "" });
  #estimate = null;
  #approximate = false;
  #spoken = "";
  #estimateFor = "";
  #refused = "";

  constructor() {
    super();
    this.root.append(this.#total, this.#lines, this.#hint);
  }

  /** The newest estimate, or `null`. */
  get estimate() {
    return this.#estimate;
  }

  /** Whether the estimate may be off, and "about" is said. */
  get approximate() {
    return this.#approximate;
  }

  render(state) {
    const estimate = state?.phase === "ready" ? this.#compute(state) : null;
    this.#approximate = Boolean(estimate) && isApproximate(estimate, state, this.#wanted().posId, this.source.now());
    this.#report(estimate);
    setHidden(this.#total, !estimate);
    setHidden(this.light, Boolean(estimate));
    const isBrokenDown = estimate && this.hasAttribute("breakdown");
    setHidden(this.#lines, !isBrokenDown);
    if (!estimate) return setText(this.#hint, "");
    const words = this.words();
    const { points } = estimate;
    const key = this.#approximate ? "earnAbout" : points > 0 ? "earn" : "earnNothing";
    const [before, after = ""] = words.text(key, { points: POINTS, units: words.unit(5) }).split(POINTS);
    this.#before.textContent = before;
    setText(this.#figure, key === "earnNothing" ? "" : words.amount(points));
    this.#after.textContent = key === "earnNothing" ? "" : ` ${words.unit(points)}${after}`;
    const lines = isBrokenDown ? linesOf(estimate, state.answer.earningRules, words) : [];
    const same =
      lines.length === this.#lines.childElementCount &&
      lines.every(([name, worth], index) => this.#lines.children[index].textContent === `${name} ${worth}`);
    if (!same) {
      const items = lines.map(([name, worth]) =>
        el("li", { part: "line" }, el("span", { dir: "auto" }, name), " ", el("span", { part: "worth" }, worth)),
      );
      this.#lines.replaceChildren(...items);
    }
    setHidden(this.#lines, lines.length === 0);
    setText(this.#hint, isBrokenDown ? hintOf(estimate, state.answer, words) : "");
    const sentence = this.#total.textContent;
    // What is there when the page opens is read with the page.
    if (this.#spoken && sentence !== this.#spoken) this.announce(sentence);
    this.#spoken = sentence;
  }

  #wanted() {
    const { sku, cart } = this;
    // An empty price is no price, though `Number` takes it for zero.
    const grossValue = this.grossValue?.trim() ? Number(this.grossValue) : Number.NaN;
    return cart ?? (sku && { items: [{ sku, grossValue }] });
  }

  #compute({ estimator }) {
    const wanted = this.#wanted();
    if (!estimator || !wanted || wanted.items?.length === 0) return null;
    try {
      const estimate = estimator.estimate({ at: new Date(this.source.now()), ...wanted });
      this.#refused = "";
      return estimate;
    } catch (error) {
      if (error.message !== this.#refused) this.emit("error", { error });
      this.#refused = error.message;
      return null;
    }
  }

  #report(estimate) {
    const approximate = this.#approximate;
    const key = JSON.stringify([estimate, approximate]);
    this.#estimate = estimate;
    if (key === this.#estimateFor) return;
    this.#estimateFor = key;
    this.emit("estimate", { estimate, approximate });
  }
}

define(EarnkitEstimate, ATTRIBUTES, ["cart"]);

/**
 * Whether the server may book another total. `assumptions` says what the rules that are known rest on; a rule of a type
 * that this version does not know may add anything, unless it is not for this customer, not here or not now.
 */
function isApproximate({ assumptions, skipped }, { answer, status }, posId, nowMs) {
  const mayApply = ({ earningRuleId }) => {
    const rule = answer.earningRules.find((other) => other.earningRuleId === earningRuleId);
    const isHere = rule.pos.length === 0 || rule.pos.includes(posId);
    return isHere && windowOf(rule, nowMs).open && !isForOthers(rule, status?.levelName);
  };
  return assumptions.length > 0 || skipped.some((each) => each.reason === "unknown_type" && mayApply(each));
}

/** What each rule adds, and the gifts. */
function linesOf({ rules, rewards }, earningRules, words) {
  const gifts = earningRules.filter(({ rewardCampaignId }) => rewardCampaignId && rewards.includes(rewardCampaignId));
  return [
    ...rules.map(({ name, points }) => [shown(name), words.amount(points, "always")]),
    ...gifts.map(({ name }) => [shown(name), words.text("gift")]),
  ];
}

/** The nearest of the minimums that this cart is below. */
function hintOf({ skipped }, { earningRules, currency }, words) {
  const [nearest] = skipped.filter(({ reason }) => reason === "below_minimum").sort((a, b) => a.missing - b.missing);
  if (!nearest) return "";
  const { name } = earningRules.find(({ earningRuleId }) => earningRuleId === nearest.earningRuleId);
  return words.text("spendMore", { money: words.money(nearest.missing, currency), name: words.inside(name) });
}
