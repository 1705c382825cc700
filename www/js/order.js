// An order and its points, for the shop's server and, on static hosting, for the page with the sandbox inside.
import { CURRENCY, PRODUCTS } from "./catalogue.js";

const MOST_PIECES = 99;

/**
 * Prices the lines `[{ sku, quantity }]` from the shop's own catalogue.
 * Returns `null` for lines that this shop can't sell.
 */
export function priceOrder(lines) {
  if (!Array.isArray(lines) || lines.length === 0 || lines.length > PRODUCTS.length) return null;
  const seen = new Set();
  let totalCents = 0;
  for (const line of lines) {
    const { sku, quantity } = line ?? {};
    const product = PRODUCTS.find((candidate) => candidate.sku === sku);
    const sellable = product && !seen.has(sku) && Number.isInteger(quantity) && quantity > 0 && quantity <= MOST_PIECES;
    if (!sellable) return null;
    seen.add(sku);
    totalCents += product.priceCents * quantity;
  }
  // koomalooma takes a decimal as text, so it is made from whole cents and never from a fraction.
  const cents = String(totalCents % 100).padStart(2, "0");
  return { totalCents, transactionValue: `${Math.floor(totalCents / 100)}.${cents}`, currency: CURRENCY };
}

/**
 * Enrols the customer with koomalooma and assigns the points of one order.
 * The vendor does not document which id `user_id` means; this shop passes the one it gave the customer.
 */
export async function awardOrder(earnkit, koomalooma, partner, order, { sessionId, onAttempt }) {
  const options = { onAttempt };
  const user = { partnerId: partner.partnerId, partnerUserId: order.customerId, userSessionId: sessionId };
  const { partnerUserId } = await earnkit.createUser(koomalooma, user, options);
  const commitment = {
    campaignId: partner.campaignId,
    transactionValue: order.transactionValue,
    promotionGoalDescription: `Order ${order.orderId}`,
    promotionGoalCategory: "purchase",
  };
  return earnkit.assignPoints(koomalooma, partnerUserId, commitment, options);
}
