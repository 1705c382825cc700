// Placing an order, asking for its points again where that is safe, and koomalooma's commitments of this visit.
import { el, setAttribute } from "./dom.js";
import { mayAskAgain, receiptFor, receiptForProblem } from "./receipt.js";

export function createOrders({ state, backend, session, loyalty, estimateOf, announce, asProblem }) {
  const receipt = el("div", { class: "receipt", tabindex: "-1" });
  let visit = 0;

  function show({ tone, spoken, parts }, ...more) {
    receipt.dataset.tone = tone;
    receipt.replaceChildren(...parts, ...more);
    announce(spoken);
  }

  /** Sends an order, or asks for the points of one that stands. Returns whether an order may exist now. */
  async function send(request, estimate, standing) {
    const mine = visit;
    state.set({ ordering: { busy: true } });
    try {
      const answer = await request();
      // An answer for a visitor who has left is nobody else's.
      if (mine !== visit) return false;
      if (answer.commitment) state.set({ commitments: [answer, ...state.get().commitments] });
      show(receiptFor(answer, estimate));
      return true;
    } catch (error) {
      if (mine !== visit) return false;
      const problem = asProblem(error);
      // Of the shop's own access to a server, the operation is another.
      const isVisitors = problem.operation === undefined || problem.operation === "getCustomerStatus";
      if (problem.code === "unauthorized" && isVisitors) session.expire();
      const order = error.order ?? standing;
      show(receiptForProblem(problem, order), ...(order && mayAskAgain(problem) ? [againButton(order, estimate)] : []));
      return Boolean(order) || problem.outcome !== "not_applied";
    } finally {
      state.set({ ordering: { busy: false } });
    }
  }

  async function place() {
    const { cart, ordering, programme } = state.get();
    if (ordering.busy || cart.size === 0) return;
    const lines = [...cart].map(([sku, quantity]) => ({ sku, quantity }));
    receipt.replaceChildren();
    const estimate = estimateOf();
    const mayExist = await send(() => backend.placeOrder({ lines, programme }), estimate);
    if (!mayExist) return;
    // What nobody knows is never sent again.
    state.set({ cart: new Map() });
    receipt.focus();
    if (programme === "open-loyalty") await loyalty.refresh();
  }

  function againButton(order, estimate) {
    const { orderId, programme } = order;
    const button = el("button", { type: "button", class: "button button-quiet" }, "Ask for the points again");
    button.addEventListener("click", async () => {
      const { ordering, online } = state.get();
      if (ordering.busy || !online) return;
      setAttribute(button, "aria-busy", true);
      setAttribute(button, "aria-disabled", true);
      await send(() => backend.askForPoints({ orderId }), estimate, order);
      receipt.focus();
      if (programme === "open-loyalty") await loyalty.refresh();
    });
    return button;
  }

  return {
    place,
    receipt,
    /** For another visitor. */
    forget() {
      visit += 1;
      receipt.replaceChildren();
      state.set({ commitments: [] });
    },
  };
}
