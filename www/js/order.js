// What an order comes to, for the shop's server and for the page: its price, and its lines as Open Loyalty counts
// them.
import { CURRENCY, DELIVERY_SKUS, PRODUCTS } from "./catalogue.js";

const MOST_PIECES = 99;
export const PROGRAMMES = ["open-loyalty", "koomalooma"];

/** The line of a product in a cart, as Open Loyalty counts it. */
export function lineOf({ sku, name, priceCents, labels = [] }, quantity) {
  const cents = priceCents * quantity;
  return { sku, name, quantity, cents, grossValue: cents / 100, labels };
}

/** A cart as the estimate takes it. This shop is never out of its gifts; one that can be would ask its own stock. */
export const cartOf = (cart, earningRules) => ({
  items: PRODUCTS.filter(({ sku }) => cart.has(sku)).map((product) => lineOf(product, cart.get(product.sku))),
  deliverySkus: DELIVERY_SKUS,
  availableRewards: earningRules
    .filter(({ type }) => type === "instant_reward")
    .map(({ earningRuleId }) => earningRuleId),
});

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
