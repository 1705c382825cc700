// The koomalooma programme: it has no rules to show, and no way to ask for earlier commitments, so the page lists
// those of this visit.
import { CURRENCY } from "./catalogue.js";
import { el } from "./dom.js";
import { dateTime, number, price } from "./format.js";
import { CONFIRMATION, fact } from "./receipt.js";

export function mountCommitments({ root, state }) {
  const list = root.querySelector("[data-commitments]");
  const empty = root.querySelector("[data-empty]");
  let shown = null;

  state.subscribe(({ programme, commitments }) => {
    root.hidden = programme !== "koomalooma";
    if (shown === commitments) return;
    shown = commitments;
    empty.hidden = commitments.length > 0;
    list.replaceChildren(...commitments.map(card));
  });
}

function card({ order, commitment }) {
  return el(
    "li",
    { class: "card" },
    el(
      "div",
      { class: "card-head" },
      el("p", { class: "card-figure" }, `+${number(commitment.loyaltyUnits)}`),
      el("time", { class: "card-window", datetime: commitment.createdAt }, dateTime(new Date(commitment.createdAt))),
    ),
    el("h2", { class: "card-title", dir: "auto" }, commitment.promotionGoalDescription),
    el("p", { class: "card-text" }, CONFIRMATION[commitment.confirmationStatus] ?? commitment.confirmationStatus),
    el(
      "dl",
      { class: "facts card-foot" },
      fact("Total", price(order.totalCents, CURRENCY)),
      fact("Can be redeemed", number(commitment.redeemableLoyaltyUnits)),
      fact("Commitment", commitment.id),
    ),
  );
}
