// Placing an order, its receipt in the cart, and koomalooma's commitments of this visit.

import { CURRENCY } from "./catalogue.js";
import { el } from "./dom.js";
import { number, plural, price } from "./format.js";
import { explainProblem, problemCode } from "./problem.js";

const units = (count) => `${number(count)} koomalooma ${plural(count, "point", "points")}`;
export const CONFIRMATION = { pending: "Waiting for confirmation", confirmed: "Confirmed" };

export function createOrders({ state, backend, session, announce, asProblem }) {
  const receipt = el("div", { class: "receipt", tabindex: "-1" });

  /** The cart is emptied as soon as the order may exist: what nobody knows is never sent again. */
  function finish(children, tone, spoken, emptied) {
    receipt.dataset.tone = tone;
    receipt.replaceChildren(...children);
    state.set({ ordering: { busy: false }, ...(emptied ? { cart: new Map() } : {}) });
    announce(spoken);
    if (emptied) receipt.focus();
  }

  async function place() {
    const { cart, ordering } = state.get();
    if (ordering.busy || cart.size === 0) return;
    const lines = [...cart].map(([sku, quantity]) => ({ sku, quantity }));
    state.set({ ordering: { busy: true } });
    receipt.replaceChildren();
    try {
      const answer = await backend.placeOrder({ lines, session });
      state.set({ commitments: [answer, ...state.get().commitments] });
      finish(placed(answer), "good", `Order placed. ${units(answer.commitment.loyaltyUnits)}.`, true);
    } catch (error) {
      const problem = asProblem(error);
      if (problem.code === "unauthorized" && problem.operation === "getCustomerStatus") session.expire();
      refuse(problem, error.orderId);
    }
  }

  function refuse(problem, orderId) {
    const code = el("code", { class: "notice-code" }, problemCode(problem));
    if (problem.outcome === "not_applied") {
      const sentence = `${explainProblem(problem)} Nothing was ordered.`;
      finish([el("p", {}, sentence, " ", code)], "danger", sentence, false);
      return;
    }
    const order = orderId ? `Order ${orderId} is placed` : "We don't know yet whether the order went through";
    const sentence =
      problem.outcome === "applied"
        ? `${order}, and its points are booked, though the answer was cut off.`
        : `${order}. Its points are not confirmed yet, and we won't send them twice: the shop asks koomalooma.`;
    finish([el("p", {}, sentence, " ", code)], "warn", sentence, true);
  }

  return {
    place,
    receipt,
    /** For another visitor. */
    forget() {
      receipt.replaceChildren();
      state.set({ commitments: [] });
    },
  };
}

function placed({ orderId, totalCents, commitment }) {
  return [
    el("h3", { class: "receipt-title" }, "Thank you for your order"),
    el(
      "dl",
      { class: "facts" },
      fact("Order", orderId),
      fact("Total", price(totalCents, CURRENCY)),
      fact("koomalooma points", number(commitment.loyaltyUnits)),
      fact("Status", CONFIRMATION[commitment.confirmationStatus] ?? commitment.confirmationStatus),
    ),
  ];
}

export const fact = (term, value) => el("div", {}, el("dt", {}, term), el("dd", { dir: "auto" }, value));
