// <earnkit-rules>: ways to earn, as cards.
import { define, LoyaltyElement } from "./base.js";
import { el, setAttribute, setHidden, setText } from "./dom.js";
import { explainProblem, problemCode } from "./problem.js";
import { isForOthers, knownLevels, winnerOf } from "./rule-audience.js";
import { createRuleCard } from "./rule-card.js";
import { groupLabel, groupOf, groupOrder, typeOrder } from "./rule-text.js";
import { inSlices } from "./tasks.js";

const ATTRIBUTES = { filter: "filter", "heading-level": "headingLevel" };
const SKELETON_AFTER_MS = 150;
const SKELETONS = 6;
/** From so many cards on, those that nobody sees are laid out only when they come into view. */
const MANY = 40;

export class EarnkitRules extends LoyaltyElement {
  static observedAttributes = [...LoyaltyElement.observedAttributes, ...Object.keys(ATTRIBUTES), "chips"];
  #banner = el("p", { part: "banner", hidden: "" });
  #signIn = el("slot", { name: "sign-in", hidden: "" });
  #legend = el("legend", { class: "unseen" });
  #chipList = el("div", { class: "chips" });
  #filterBox = el("fieldset", { part: "filter", hidden: "" }, this.#legend, this.#chipList);
  #sentence = el("p");
  #retry = el("button", { part: "button", type: "button" });
  #code = el("code", { part: "code" });
  #box = el("div", { part: "state", hidden: "" }, this.#sentence, this.#retry, this.#code);
  #list = el("ul", { part: "list", role: "list" });
  #cards = new Map();
  #pass = 0;
  #skeletons;
  #group = "all";
  #chipsFor = "";

  constructor() {
    super();
    this.#retry.addEventListener("click", () => this.refresh());
    this.#chipList.addEventListener("change", ({ target }) => {
      this.#group = target.value;
      this.schedule();
    });
    this.root.prepend(this.#banner, this.#signIn, this.#filterBox, this.#box);
    this.root.append(this.#list);
  }

  render(state) {
    const words = this.words();
    const { text } = words;
    const { phase, problem, visitor, online, answer } = state ?? { phase: "waiting", online: true };
    const hasChildren = this.childElementCount > this.querySelectorAll(":scope > [slot]").length;
    const isEmpty = phase === "ready" && answer.earningRules.length === 0;
    const isStranger = phase === "failed" && problem.code === "unauthorized";
    setText(this.#banner, online ? "" : text("offline"));
    setHidden(this.#signIn, visitor !== "guest" && visitor !== "expired");

    let sentence = "";
    if (isEmpty) sentence = text("empty");
    else if (isStranger) sentence = text(visitor === "expired" ? "unauthorized" : "guest");
    else if (phase === "failed" && !hasChildren) sentence = explainProblem(problem, words);
    else if (problem && problem.code !== "unauthorized" && online) sentence = text("stale");
    setText(this.#sentence, sentence);
    setHidden(this.#box, sentence === "");
    const isFailure = Boolean(problem) && !isStranger && !isEmpty;
    setText(this.#retry, isFailure ? text(phase === "failed" && !hasChildren ? "retry" : "refresh") : "");
    setText(this.#code, isFailure ? problemCode(problem) : "");

    this.#showSkeletons(phase === "loading" && !hasChildren);
    setAttribute(this.#list, "aria-busy", phase === "loading" && "true");
    if (phase !== "ready") {
      this.#pass += 1;
      setHidden(this.#filterBox, true);
      if (phase !== "loading") {
        this.#list.replaceChildren();
        setHidden(this.light, false);
      }
    } else this.#showCards(state, words);
    // Cards that are still there while other rules are read may be another customer's.
    this.#list.inert = phase !== "ready";
    setHidden(this.#list, this.#list.childElementCount === 0);
  }

  #showSkeletons(loading) {
    if (!loading) {
      clearTimeout(this.#skeletons);
      this.#skeletons = undefined;
      return;
    }
    this.#skeletons ??= setTimeout(() => {
      const still = Array.from({ length: SKELETONS }, () => el("li", { class: "skeleton", "aria-hidden": "true" }));
      this.#list.replaceChildren(...still);
      setHidden(this.#list, false);
    }, SKELETON_AFTER_MS);
  }

  #showChips(groups, words) {
    const names = ["all", ...groups];
    setHidden(this.#filterBox, !this.hasAttribute("chips") || groups.length < 2);
    this.#legend.textContent = words.text("show");
    const labels = names.map((name) => groupLabel(name, words));
    const key = labels.join("|");
    if (key !== this.#chipsFor) {
      this.#chipsFor = key;
      const chips = names.map((value, index) => {
        const label = el("span", { part: "chip" }, labels[index]);
        return el("label", {}, el("input", { type: "radio", name: "group", value }), label);
      });
      this.#chipList.replaceChildren(...chips);
    }
    if (!names.includes(this.#group)) this.#group = "all";
    this.#chipList.querySelector(`[value="${this.#group}"]`).checked = true;
  }

  /** What may be shown, by the names of groups and types. */
  #wanted(earningRules) {
    const names = this.filter?.match(/[\w-]+/g);
    return names
      ? earningRules.filter((rule) => names.includes(rule.type) || names.includes(groupOf(rule)))
      : earningRules;
  }

  async #showCards({ answer, status, levelKnown, visitor, claims, online }, words) {
    this.#pass += 1;
    const pass = this.#pass;
    const { currency, earningRules } = answer;
    const wanted = this.#wanted(earningRules);
    const groups = [...new Set(wanted.map(groupOf))].sort((a, b) => groupOrder(a) - groupOrder(b));
    this.#showChips(groups, words);
    const levelName = status?.levelName;
    const nowMs = this.source.now();
    const common = {
      words,
      currency,
      levelName,
      levelKnown,
      visitor,
      online,
      nowMs,
      allLevels: knownLevels(earningRules),
      headingLevel: /^[1-6]$/.test(this.headingLevel) ? this.headingLevel : "3",
    };
    const rules = sorted(wanted, levelName, words).filter((rule) => ["all", groupOf(rule)].includes(this.#group));
    this.#list.classList.toggle("many", rules.length > MANY);
    const show = (rule, index) => {
      const card = this.#cardFor(rule);
      card.update({
        ...common,
        rule,
        remaining: this.source.remaining(rule),
        winner: winnerOf(rule, earningRules, levelName, nowMs),
        claim: claims.get(rule.earningRuleId),
        action: this.source.canTrigger && typeof this.actions?.[rule.eventName] === "function",
      });
      const there = this.#list.children[index];
      // Moving an element in the document takes its focus away, so only what is elsewhere is moved.
      if (there === card.element) return;
      if (there?.className === "skeleton") there.replaceWith(card.element);
      else this.#list.insertBefore(card.element, there ?? null);
    };
    // Until the first cards are there, the children that the page came with are shown.
    const finished = inSlices(rules, show, () => pass !== this.#pass);
    setHidden(this.light, true);
    // So long as not all are there, assistive technology and tests have something to wait for.
    if (this.#list.childElementCount < rules.length) setAttribute(this.#list, "aria-busy", "true");
    if (!(await finished)) return;
    setAttribute(this.#list, "aria-busy", null);
    while (this.#list.childElementCount > rules.length) this.#list.lastElementChild.remove();
    setHidden(this.#list, rules.length === 0);
    const ids = new Set(earningRules.map(({ earningRuleId }) => earningRuleId));
    for (const id of this.#cards.keys()) if (!ids.has(id)) this.#cards.delete(id);
  }

  #cardFor({ earningRuleId }) {
    let card = this.#cards.get(earningRuleId);
    if (!card) {
      card = createRuleCard({
        onClaim: (rule) => this.#claim(rule),
        onCheckAgain: (rule) => this.source?.claims.checkAgain(rule, this.#voice()),
      });
      this.#cards.set(earningRuleId, card);
    }
    return card;
  }

  #claim(rule) {
    const { earningRuleId, eventName, pointsAmount } = rule;
    this.source?.claims.claim(rule, this.#voice(), async () => {
      if ((await this.actions?.[eventName]?.(rule)) === false) return false;
      return this.emit("trigger", { earningRuleId, eventName, points: pointsAmount }, true);
    });
  }

  /** Where a claim reports to; the customer may be another by then. */
  #voice() {
    const { claims } = this.source;
    const ifStill =
      (act) =>
      (...values) =>
        claims === this.source?.claims && act(...values);
    const of = ({ earningRuleId, eventName }) => ({ earningRuleId, eventName });
    return {
      words: () => this.words(),
      announce: ifStill((sentence) => this.announce(sentence)),
      won: ifStill((rule, points) => this.emit("points", { ...of(rule), points })),
      failed: ifStill((rule, error) => this.emit("error", { ...of(rule), error })),
    };
  }
}

define(EarnkitRules, ATTRIBUTES, ["actions"]);

/** The server's order is undefined; this one does not change when a rule is used. */
function sorted(rules, levelName, words) {
  const keyed = rules.map((rule) => {
    const { pointsAmount, pointValue, multiplier } = rule;
    const worth = pointsAmount ?? pointValue ?? multiplier ?? 0;
    return { rule, order: [groupOrder(groupOf(rule)), isForOthers(rule, levelName), typeOrder(rule), -worth] };
  });
  keyed.sort((a, b) => {
    const index = a.order.findIndex((value, index) => value !== b.order[index]);
    if (index >= 0) return a.order[index] - b.order[index];
    return words.compare(a.rule.name, b.rule.name) || (a.rule.earningRuleId < b.rule.earningRuleId ? -1 : 1);
  });
  return keyed.map(({ rule }) => rule);
}
