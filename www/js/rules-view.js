// "Ways to earn": the filter, the list and its states.
import { el, setText } from "./dom.js";
import { explainProblem, problemCode } from "./problem.js";
import { isForOthers, knownLevels, winnerOf } from "./rule-audience.js";
import { createRuleCard } from "./rule-card.js";
import { GROUPS, groupOf, OTHER_GROUP } from "./rule-text.js";

const SKELETON_AFTER_MS = 150;
const SKELETONS = 6;
const ORDER = [...GROUPS, OTHER_GROUP];

export function mountRules({ root, state, claims, estimates, clock, onRetry, onSignIn }) {
  const filter = root.querySelector("[data-filter]");
  const list = root.querySelector("[data-rules]");
  const empty = root.querySelector("[data-empty]");
  const failure = root.querySelector("[data-failure]");
  const stale = root.querySelector("[data-stale]");
  const cards = new Map();
  let skeletonTimer = null;
  let chipsFor = "";

  failure.querySelector("button").addEventListener("click", onRetry);
  stale.querySelector("button").addEventListener("click", onRetry);
  filter.addEventListener("change", (event) => state.set({ filter: event.target.value }));

  function cardFor(rule) {
    const known = cards.get(rule.earningRuleId);
    if (known) return known;
    const card = createRuleCard({ onClaim: claims.claim, onCheckAgain: claims.checkAgain, onSignIn });
    cards.set(rule.earningRuleId, card);
    return card;
  }

  function showSkeletons(loading) {
    if (!loading) {
      clearTimeout(skeletonTimer);
      skeletonTimer = null;
      return;
    }
    skeletonTimer ??= setTimeout(() => {
      const still = Array.from({ length: SKELETONS }, () =>
        el("li", { class: "card skeleton", "aria-hidden": "true" }),
      );
      list.replaceChildren(...still);
    }, SKELETON_AFTER_MS);
  }

  function showChips(rules, selected) {
    const present = ORDER.filter((group) => rules.some((rule) => groupOf(rule) === group));
    const chips = [{ id: "all", label: "All" }, ...present];
    filter.hidden = present.length < 2;
    const key = chips.map(({ id }) => id).join();
    if (key !== chipsFor) {
      chipsFor = key;
      filter
        .querySelector("[data-chips]")
        .replaceChildren(
          ...chips.map(({ id, label }) =>
            el(
              "label",
              { class: "chip" },
              el("input", { type: "radio", name: "group", value: id }),
              el("span", { class: "chip-label" }, label),
            ),
          ),
        );
    }
    const current = chips.some(({ id }) => id === selected) ? selected : "all";
    filter.querySelector(`input[value="${current}"]`).checked = true;
    return current;
  }

  function showCards(current) {
    const { list: answer, filter: selected } = current;
    const group = showChips(answer.earningRules, selected);
    const allLevels = knownLevels(answer.earningRules);
    const levelName = current.status?.levelName;
    const nowMs = clock.now();
    const elements = [];
    for (const rule of sorted(answer.earningRules, levelName)) {
      if (group !== "all" && groupOf(rule).id !== group) continue;
      const card = cardFor(rule);
      card.update({
        rule,
        remaining: estimates.remaining(rule),
        winner: winnerOf(rule, answer.earningRules, levelName, nowMs),
        currency: answer.currency,
        allLevels,
        claim: current.claims.get(rule.earningRuleId),
        visitor: current.visitor,
        levelName,
        levelKnown: Boolean(current.status ?? current.statusProblem),
        online: current.online,
        nowMs,
      });
      elements.push(card.element);
    }
    // Moving an element in the document takes its focus away, so the list is touched only when it differs.
    const same = elements.length === list.children.length && elements.every((item, i) => item === list.children[i]);
    if (!same) list.replaceChildren(...elements);
  }

  state.subscribe((current) => {
    const { phase, problem, earningRules } = current.list;
    const loading = phase === "loading";
    root.hidden = current.programme !== "open-loyalty";
    list.setAttribute("aria-busy", String(loading));
    showSkeletons(loading);
    empty.hidden = phase !== "ready" || earningRules.length > 0;
    failure.hidden = phase !== "failed";
    stale.hidden = !(phase === "ready" && problem && problem.code !== "unauthorized");
    if (problem) {
      for (const box of [failure, stale]) setText(box.querySelector("[data-code]"), problemCode(problem));
      setText(failure.querySelector("[data-sentence]"), explainProblem(problem));
    }
    if (phase === "failed") list.replaceChildren();
    if (phase === "ready") showCards(current);
    else filter.hidden = true;
  });
}

const worth = ({ pointsAmount, pointValue, multiplier }) => pointsAmount ?? pointValue ?? multiplier ?? 0;

/** The server's order is undefined; this one does not change when a rule is used. */
function sorted(rules, levelName) {
  return [...rules].sort(
    (a, b) =>
      ORDER.indexOf(groupOf(a)) - ORDER.indexOf(groupOf(b)) ||
      isForOthers(a, levelName) - isForOthers(b, levelName) ||
      groupOf(a).types.indexOf(a.type) - groupOf(b).types.indexOf(b.type) ||
      worth(b) - worth(a) ||
      a.name.localeCompare(b.name) ||
      (a.earningRuleId < b.earningRuleId ? -1 : 1),
  );
}
