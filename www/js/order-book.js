// The orders that a shop took. An order stands whatever becomes of its points; they are asked for again only where
// it is certain that none were assigned.

/** How many orders are remembered. */
const MOST_ORDERS = 1_000;

/** Whether a failure leaves no doubt that no points were assigned: without a user they are not even asked for. */
export const isUnassigned = ({ operation, outcome }) => operation === "createUser" || outcome === "not_applied";

/** `assign(order, context)` has the points of an order assigned and gives what came of it. */
export function createOrderBook({ assign }) {
  const entries = new Map();
  let count = 0;

  function createEntry(order) {
    let points = null;
    return {
      order,
      /** What came of the points. Whoever asks again gets the same answer, unless it is safe to try again. */
      points(context) {
        points ??= assign(order, context).catch((error) => {
          if (isUnassigned(error)) points = null;
          throw error;
        });
        return points;
      },
    };
  }

  return {
    /** Takes an order. */
    add(customer, programme, priced) {
      count += 1;
      const placedAt = new Date().toISOString();
      const entry = createEntry({ orderId: `KC-${5000 + count}`, customer, programme, placedAt, ...priced });
      if (entries.size === MOST_ORDERS) entries.delete(entries.keys().next().value);
      entries.set(entry.order.orderId, entry);
      return entry;
    },
    /** A customer's order, or `null`. */
    find(orderId, customer) {
      const entry = entries.get(orderId);
      return entry?.order.customer.id === customer.id ? entry : null;
    },
  };
}

/** What the customer gets to see of an order. */
export const publicOrder = ({ orderId, programme, totalCents, transactionValue, currency }) => ({
  orderId,
  programme,
  totalCents,
  transactionValue,
  currency,
});
