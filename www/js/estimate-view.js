// What the cart would earn, rule by rule, and what would earn more.
import { el, setText } from "./dom.js";
import { amount, money, plural, signedAmount } from "./format.js";

export function mountEstimate(root) {
  const lead = root.querySelector("[data-lead]");
  const figure = root.querySelector("[data-figure]");
  const unit = root.querySelector("[data-unit]");
  const list = root.querySelector("ul");
  const hint = root.querySelector("[data-hint]");
  let shown = "";

  return {
    /** `estimate` is `null` where there is none to show. */
    show(estimate, { earningRules, currency }) {
      root.hidden = estimate === null;
      if (!estimate) return;
      const { points, rules, assumptions } = estimate;
      setText(lead, leadText(points, assumptions));
      setText(figure, points > 0 ? amount(points) : "");
      setText(unit, points > 0 ? plural(points, "point", "points") : "");
      const lines = [...rules.map(ruleLine), ...gifts(estimate, earningRules)];
      setText(hint, hintText(estimate, earningRules, currency));
      const key = JSON.stringify(lines);
      if (key === shown) return;
      shown = key;
      list.replaceChildren(...lines.map(lineElement));
      list.hidden = lines.length === 0;
    },
  };
}

/** "37.35 points", "about 37.35 points": for a sentence. */
export function estimateText({ points, assumptions }) {
  const figure = `${amount(points)} ${plural(points, "point", "points")}`;
  return assumptions.length > 0 ? `about ${figure}` : figure;
}

function leadText(points, assumptions) {
  if (!(points > 0)) return "This cart earns no points.";
  return assumptions.length > 0 ? "You'll earn about" : "You'll earn";
}

const ruleLine = ({ name, points }) => [name, signedAmount(points)];

const gifts = ({ rewards }, earningRules) =>
  earningRules
    .filter(({ rewardCampaignId }) => rewardCampaignId && rewards.includes(rewardCampaignId))
    .map(({ name }) => [name, "Gift"]);

const lineElement = ([name, worth]) =>
  el(
    "li",
    { class: "estimate-line" },
    el("span", { dir: "auto" }, name),
    el("span", { class: "estimate-worth" }, worth),
  );

/** The nearest of the minimums that this cart is below. */
function hintText({ skipped }, earningRules, currency) {
  const [nearest] = skipped.filter(({ reason }) => reason === "below_minimum").sort((a, b) => a.missing - b.missing);
  if (!nearest) return "";
  const { name } = earningRules.find(({ earningRuleId }) => earningRuleId === nearest.earningRuleId);
  return `Spend ${money(nearest.missing, currency)} more for “${name}”.`;
}
