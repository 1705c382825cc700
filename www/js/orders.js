// Placing an order, its receipt in the cart, and koomalooma's commitments of this visit.

import { CURRENCY } from "./catalogue.js";
import { el, setAttribute } from "./dom.js";
import { number, plural, price } from "./format.js";
import { isUnassigned } from "./order-book.js";
import { explainProblem, problemCode } from "./problem.js";

const units = (count) => `${number(count)} koomalooma ${plural(count, "point", "points")}`;
export const CONFIRMATION = { pending: "Waiting for confirmation", confirmed: "Confirmed" };

/** The shop's own server did not answer. It has points assigned only once, however often it is asked. */
const isShopAway = ({ operation, code }) => operation === undefined && code === "network";

/** `order` is the one that stands although something went wrong. */
function refusal(problem, order) {
  if (!order && problem.outcome === "not_applied") return `${explainProblem(problem)} Nothing was ordered.`;
  if (!order) return "We don't know yet whether the order went through, and we won't send it twice.";
  const placed = `Order ${order.orderId} is placed`;
  if (isShopAway(problem)) return `${placed}. The shop can't be reached; it sends for the points only once.`;
  if (isUnassigned(problem)) {
    return `${placed}. ${explainProblem(problem)} No points were assigned yet: asking again can't count them twice.`;
  }
  if (problem.outcome === "applied") return `${placed}, and its points are booked, though the answer was cut off.`;
  return `${placed}. Its points are not confirmed yet, and we won't send them twice: the shop asks koomalooma.`;
}

export function createOrders({ state, backend, session, announce, asProblem }) {
  const receipt = el("div", { class: "receipt", tabindex: "-1" });

  function show(tone, spoken, ...children) {
    receipt.dataset.tone = tone;
    receipt.replaceChildren(...children.filter(Boolean));
    announce(spoken);
  }

  /** Sends an order, or asks for the points of one that stands. Returns whether an order may exist now. */
  async function send(request, standing) {
    state.set({ ordering: { busy: true } });
    try {
      const answer = await request();
      state.set({ commitments: [answer, ...state.get().commitments] });
      show("good", `Order placed. ${units(answer.commitment.loyaltyUnits)}.`, ...placed(answer));
      return true;
    } catch (error) {
      const problem = asProblem(error);
      if (problem.code === "unauthorized" && problem.operation === "getCustomerStatus") session.expire();
      const order = error.order ?? standing;
      refuse(problem, order);
      return Boolean(order) || problem.outcome !== "not_applied";
    } finally {
      state.set({ ordering: { busy: false } });
    }
  }

  async function place() {
    const { cart, ordering } = state.get();
    if (ordering.busy || cart.size === 0) return;
    const lines = [...cart].map(([sku, quantity]) => ({ sku, quantity }));
    receipt.replaceChildren();
    const mayExist = await send(() => backend.placeOrder({ lines, session }));
    if (!mayExist) return;
    // What nobody knows is never sent again.
    state.set({ cart: new Map() });
    receipt.focus();
  }

  function refuse(problem, order) {
    const code = el("code", { class: "notice-code" }, problemCode(problem));
    const nothing = !order && problem.outcome === "not_applied";
    const sentence = refusal(problem, order);
    const again = order && (isUnassigned(problem) || isShopAway(problem)) && againButton(order);
    show(nothing ? "danger" : "warn", sentence, el("p", {}, sentence, " ", code), again);
  }

  function againButton(order) {
    const button = el("button", { type: "button", class: "button button-quiet" }, "Ask for the points again");
    button.addEventListener("click", async () => {
      const { ordering, online } = state.get();
      if (ordering.busy || !online) return;
      setAttribute(button, "aria-busy", true);
      setAttribute(button, "aria-disabled", true);
      await send(() => backend.askForPoints({ orderId: order.orderId, session }), order);
      receipt.focus();
    });
    return button;
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

function placed({ order, commitment }) {
  return [
    el("h3", { class: "receipt-title" }, "Thank you for your order"),
    el(
      "dl",
      { class: "facts" },
      fact("Order", order.orderId),
      fact("Total", price(order.totalCents, CURRENCY)),
      fact("koomalooma points", number(commitment.loyaltyUnits)),
      fact("Status", CONFIRMATION[commitment.confirmationStatus] ?? commitment.confirmationStatus),
    ),
  ];
}

export const fact = (term, value) => el("div", {}, el("dt", {}, term), el("dd", { dir: "auto" }, value));
