// Who assigns the points of an order: for the shop's server and, on static hosting, for the page with the sandbox inside.
import { createPurchaseBooking } from "./purchase.js";

/**
 * `gateway` is the shop's own, for a shop that has one: it asks koomalooma once for each order, whoever asks it again.
 * Returns what has the points of an order assigned: `{ purchase }` by Open Loyalty's rules for purchases, or
 * `{ commitment }` by koomalooma.
 */
export function createAssignment({ earnkit, openLoyaltyServer, admin, koomalooma, gateway, partner }) {
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
    if (!gateway) return earnkit.assignPoints(koomalooma, partnerUserId, commitment, options);
    return earnkit.assignPoints(gateway, partnerUserId, commitment, { ...options, idempotencyKey: order.orderId });
  }

  return async (order, context) =>
    order.programme === "koomalooma"
      ? { commitment: await commit(order, context) }
      : { purchase: await bookPurchase(order, context) };
}
