// What the cart says of an order: what it came to, or what went wrong and what stands all the same.
import { CURRENCY } from "./catalogue.js";
import { el } from "./dom.js";
import { explainProblem } from "./explain.js";
import { amount, number, plural, price } from "./format.js";
import { isUnassigned } from "./order-book.js";
import { problemCode } from "./problem.js";

export const CONFIRMATION = { pending: "Waiting for confirmation", confirmed: "Confirmed" };

const SERVERS = { koomalooma: "koomalooma", "open-loyalty": "Open Loyalty" };

const confirmation = ({ confirmationStatus }) => CONFIRMATION[confirmationStatus] ?? confirmationStatus;

/** The shop's own server did not answer. It has points assigned only once, however often it is asked. */
const isShopAway = ({ operation, code }) => operation === undefined && code === "network";

/** Whether a customer may ask for an order's points once more. */
export const mayAskAgain = (problem) => isUnassigned(problem) || isShopAway(problem);

/** `{ tone, spoken, parts }` for an order that went through, with what was estimated for it, if anything. */
export function receiptFor({ order, commitment, purchase }, estimate) {
  const facts = [fact("Order", order.orderId), fact("Total", price(order.totalCents, CURRENCY))];
  let spoken = "Order placed.";
  if (commitment) {
    const units = commitment.loyaltyUnits;
    spoken += ` ${number(units)} koomalooma ${plural(units, "point", "points")}.`;
    facts.push(fact("koomalooma points", number(units)), fact("Status", confirmation(commitment)));
  } else {
    const { points } = purchase;
    spoken +=
      points === null ? " Its points are booked." : ` ${amount(points)} ${plural(points, "point", "points")} booked.`;
    if (estimate)
      facts.push(
        fact("Points estimated", estimate.approximate ? `about ${amount(estimate.points)}` : amount(estimate.points)),
      );
    facts.push(fact("Points booked", points === null ? "Not known yet" : amount(points)));
  }
  const title = el("h3", { class: "receipt-title" }, "Thank you for your order");
  return { tone: "good", spoken, parts: [title, el("dl", { class: "facts" }, facts)] };
}

/** The same for one that did not. `order` is the one that stands although something went wrong. */
export function receiptForProblem(problem, order) {
  const isNothing = !order && problem.outcome === "not_applied";
  const sentence = isNothing ? `${explainProblem(problem)} Nothing was ordered.` : standing(problem, order);
  const code = el("code", { class: "notice-code" }, problemCode(problem));
  return { tone: isNothing ? "danger" : "warn", spoken: sentence, parts: [el("p", {}, sentence, " ", code)] };
}

function standing(problem, order) {
  if (!order) return "We don't know yet whether the order went through, and we won't send it twice.";
  const placed = `Order ${order.orderId} is placed`;
  if (isShopAway(problem)) return `${placed}. The shop can't be reached; it sends for the points only once.`;
  if (isUnassigned(problem)) {
    return `${placed}. ${explainProblem(problem)} No points were assigned yet: asking again can't count them twice.`;
  }
  if (problem.outcome === "applied") return `${placed}, and its points are booked, though the answer was cut off.`;
  const server = SERVERS[order.programme];
  return `${placed}. Its points are not confirmed yet, and we won't send them twice: the shop asks ${server}.`;
}

export const fact = (term, value) => el("div", {}, el("dt", {}, term), el("dd", { dir: "auto" }, value));
