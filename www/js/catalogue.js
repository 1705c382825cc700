// What this shop sells, read by the page and by the shop's server: the price of an order is never the page's word.

export const CURRENCY = "EUR";

/** Prices are for one piece, tax included. The labels are those that the earning rules look at. */
export const PRODUCTS = [
  { sku: "mug-classic", name: "Classic mug", priceCents: 990 },
  { sku: "tea-earl-grey", name: "Earl Grey, 50 g", priceCents: 560 },
  { sku: "poster-tatra", name: "Poster “Tatra”", priceCents: 1195 },
  { sku: "mug-travel", name: "Travel mug", priceCents: 2490 },
  {
    sku: "tea-sencha",
    name: "Sencha, first harvest, 50 g",
    priceCents: 1000,
    labels: [
      { key: "origin", value: "organic" },
      { key: "harvest", value: "first" },
    ],
  },
  { sku: "teapot-glass", name: "Glass teapot", priceCents: 3400 },
  { sku: "mug-enamel", name: "Enamel mug", priceCents: 1250 },
  {
    sku: "tea-green-organic",
    name: "Organic green tea, 100 g",
    priceCents: 980,
    labels: [{ key: "origin", value: "organic" }],
  },
  { sku: "teapot-iron", name: "Cast-iron teapot", priceCents: 6450 },
  { sku: "poster-sale", name: "Last year's poster", priceCents: 650, labels: [{ key: "sale", value: "yes" }] },
  { sku: "gift-card", name: "Gift card", priceCents: 2500 },
];

/** A rule may name products that this shop has no name for. */
export const productName = (sku) => PRODUCTS.find((product) => product.sku === sku)?.name ?? sku;

/** What stands for delivery in an order, by Open Loyalty's setting `excludedDeliverySKUs`. */
export const DELIVERY_SKUS = ["delivery"];

/** SKU and quantity of what is in the cart at first. */
export const FIRST_CART = [
  ["mug-classic", 1],
  ["tea-earl-grey", 1],
  ["poster-tatra", 1],
];
