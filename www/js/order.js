// What an order comes to, for the shop's server and for the page: its price, its lines as the loyalty servers count
// them, and who assigns its points.
import { CURRENCY, PRODUCTS } from "./catalogue.js";
import { createPurchaseBooking } from "./purchase.js";

const MOST_PIECES = 99;
export const PROGRAMMES = ["open-loyalty", "koomalooma"];

/** The line of a product in a cart, as Open Loyalty counts it. */
export function lineOf({ sku, name, priceCents, labels = [] }, quantity) {
  const cents = priceCents * quantity;
  return { sku, name, quantity, cents, grossValue: cents / 100, labels };
}

/**
 * Prices `[{ sku, quantity }]` from the shop's own catalogue.
 * Returns `null` for lines that this shop can't sell.
 */
export function priceOrder(wanted) {
  if (!Array.isArray(wanted) || wanted.length === 0 || wanted.length > PRODUCTS.length) return null;
  const lines = [];
  for (const line of wanted) {
    const { sku, quantity } = line ?? {};
    const product = PRODUCTS.find((candidate) => candidate.sku === sku);
    const isNew = lines.every((other) => other.sku !== sku);
    const sellable = product && isNew && Number.isInteger(quantity) && quantity > 0 && quantity <= MOST_PIECES;
    if (!sellable) return null;
    lines.push(lineOf(product, quantity));
  }
  const totalCents = lines.reduce((sum, { cents }) => sum + cents, 0);
  // koomalooma takes a decimal as text, so it is made from whole cents and never from a fraction.
  const cents = String(totalCents % 100).padStart(2, "0");
  return { lines, totalCents, transactionValue: `${Math.floor(totalCents / 100)}.${cents}`, currency: CURRENCY };
}

/**
 * Returns what has the points of an order assigned: `{ purchase }` by Open Loyalty's rules for purchases, or
 * `{ commitment }` by koomalooma.
 */
export function createAssignment({ earnkit, openLoyaltyServer, admin, koomalooma, partner }) {
  const bookPurchase = createPurchaseBooking(openLoyaltyServer, admin);

  /**
   * Enrols the customer and assigns the points.
   * The vendor does not document which id `user_id` means; this shop passes the one it gave the customer.
   */
  async function commit(order, { sessionId, onAttempt }) {
    const options = { onAttempt };
    const user = { partnerId: partner.partnerId, partnerUserId: order.customer.id, userSessionId: sessionId };
    const { partnerUserId } = await earnkit.createUser(koomalooma, user, options);
    const commitment = {
      campaignId: partner.campaignId,
      transactionValue: order.transactionValue,
      promotionGoalDescription: `Order ${order.orderId}`,
      promotionGoalCategory: "purchase",
    };
    return earnkit.assignPoints(koomalooma, partnerUserId, commitment, options);
  }

  return async (order, context) =>
    order.programme === "koomalooma"
      ? { commitment: await commit(order, context) }
      : { purchase: await bookPurchase(order, context) };
}
