// What this shop sells, read by the page and by the shop's server: the price of an order is never the page's word.

export const CURRENCY = "EUR";

/** Prices are for one piece, tax included. */
export const PRODUCTS = [
  { sku: "mug-classic", name: "Classic mug", priceCents: 1490 },
  { sku: "mug-enamel", name: "Enamel mug", priceCents: 1250 },
  { sku: "mug-travel", name: "Travel mug", priceCents: 2490 },
  { sku: "tea-green-organic", name: "Organic green tea, 100 g", priceCents: 980 },
  { sku: "teapot-iron", name: "Cast-iron teapot", priceCents: 6450 },
  { sku: "teapot-glass", name: "Glass teapot", priceCents: 3900 },
  { sku: "gift-card", name: "Gift card", priceCents: 2500 },
];

/** A rule may name products that this shop has no name for. */
export const productName = (sku) => PRODUCTS.find((product) => product.sku === sku)?.name ?? sku;
