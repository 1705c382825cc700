// The cart: lines, quantities, total and the order.
import { CURRENCY, PRODUCTS } from "./catalogue.js";
import { el, setAttribute, setText } from "./dom.js";
import { amount, number, plural, price } from "./format.js";
import { cartOf } from "./order.js";

const MOST_PIECES = 99;
const OFFERS = 3;

const totalCents = (cart) => PRODUCTS.reduce((sum, { sku, priceCents }) => sum + (cart.get(sku) ?? 0) * priceCents, 0);

export function mountCart({ root, state, orders, announce, onSignIn }) {
  const bar = root.querySelector("[data-bar]");
  const lines = root.querySelector("[data-lines]");
  const empty = root.querySelector("[data-empty]");
  const more = root.querySelector("[data-more]");
  const title = root.querySelector("h2");
  const place = root.querySelector("[data-place]");
  const sum = root.querySelector("[data-sum]");
  const estimate = root.querySelector("earnkit-estimate");
  const rows = new Map(PRODUCTS.map((product) => [product.sku, createRow(product, change)]));
  const offers = new Map(PRODUCTS.map((product) => [product.sku, createOffer(product, change)]));

  let shownCart = null;
  let shownList = null;

  function change(product, quantity) {
    const cart = new Map(state.get().cart);
    if (quantity > 0) cart.set(product.sku, Math.min(quantity, MOST_PIECES));
    else cart.delete(product.sku);
    state.set({ cart });
    // What it earns is the element's to say.
    announce(`${product.name}: ${number(quantity)} in the cart, total ${price(totalCents(cart), CURRENCY)}`);
  }

  function open(opened) {
    setAttribute(bar, "aria-expanded", opened ? "true" : "false");
    root.classList.toggle("cart-open", opened);
  }
  bar.setAttribute("aria-expanded", "false");
  bar.addEventListener("click", () => open(bar.getAttribute("aria-expanded") !== "true"));
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || bar.getAttribute("aria-expanded") !== "true") return;
    open(false);
    bar.focus();
  });
  estimate.addEventListener("earnkit-estimate", ({ detail }) => {
    estimate.hidden = detail.estimate === null;
    setText(bar.querySelector("[data-bar-points]"), detail.estimate ? estimateText(detail) : "");
  });
  place.addEventListener("click", () => {
    if (place.getAttribute("aria-disabled") === "true") return;
    if (state.get().visitor === "customer") orders.place();
    else {
      open(false);
      onSignIn();
    }
  });

  state.subscribe((current) => {
    const { cart, visitor, online, ordering, list, programme } = current;
    // koomalooma has no rules that could be known beforehand.
    if (programme !== "open-loyalty") estimate.cart = undefined;
    else if (cart !== shownCart || list !== shownList) estimate.cart = cartOf(cart, list?.earningRules ?? []);
    shownCart = programme === "open-loyalty" ? cart : null;
    shownList = list;
    const pieces = [...cart.values()].reduce((sum, quantity) => sum + quantity, 0);
    const total = price(totalCents(cart), CURRENCY);
    setText(bar.querySelector("[data-count]"), `${number(pieces)} ${plural(pieces, "item", "items")}`);
    for (const part of root.querySelectorAll("[data-total]")) setText(part, total);
    const focused = document.activeElement;
    const others = PRODUCTS.filter(({ sku }) => !cart.has(sku));
    arrange(
      lines,
      PRODUCTS.filter(({ sku }) => cart.has(sku)),
      rows,
    );
    arrange(more.querySelector("ul"), others.slice(0, OFFERS), offers);
    for (const [sku, quantity] of cart) rows.get(sku).update(quantity);
    lines.hidden = pieces === 0;
    empty.hidden = pieces > 0;
    more.hidden = others.length === 0;
    // A line that leaves the cart or enters it takes the pressed button along.
    if (focused?.dataset.sku && !focused.isConnected) {
      const now = [rows, offers].map((parts) => parts.get(focused.dataset.sku).plus).find((plus) => plus.isConnected);
      (now ?? title).focus();
    }
    for (const part of [place, sum]) part.hidden = pieces === 0;
    place.textContent = placeText(visitor, ordering.busy);
    setAttribute(place, "aria-busy", ordering.busy);
    setAttribute(place, "aria-disabled", ordering.busy || !online);
  });

  root.querySelector("[data-receipt]").replaceWith(orders.receipt);
}

/** "37.35 points", "about 37.35 points". */
function estimateText({ estimate: { points }, approximate }) {
  const figure = `${amount(points)} ${plural(points, "point", "points")}`;
  return approximate ? `about ${figure}` : figure;
}

function placeText(visitor, busy) {
  if (busy) return "Placing the order…";
  return visitor === "customer" ? "Place order" : "Sign in to place the order";
}

function arrange(parent, products, parts) {
  const elements = products.map(({ sku }) => parts.get(sku).element);
  const same = elements.length === parent.children.length && elements.every((item, i) => item === parent.children[i]);
  if (!same) parent.replaceChildren(...elements);
}

function createRow(product, change) {
  let quantity = 0;
  const count = el("output", { class: "quantity" });
  const sum = el("span", { class: "line-sum" });
  const step = (text, sign, spoken) =>
    el(
      "button",
      {
        type: "button",
        class: "step",
        "data-sku": product.sku,
        "aria-label": `${spoken}: ${product.name}`,
        on: { click: () => change(product, quantity + sign) },
      },
      text,
    );
  const plus = step("+", 1, "One more");
  const element = el(
    "li",
    { class: "line" },
    el("span", { class: "line-name" }, product.name),
    el("span", { class: "line-price" }, `${price(product.priceCents, CURRENCY)} each`),
    el("span", { class: "stepper" }, step("−", -1, "One less"), count, plus),
    sum,
  );
  return {
    element,
    plus,
    update(next) {
      quantity = next;
      setText(count, number(next));
      setText(sum, price(next * product.priceCents, CURRENCY));
    },
  };
}

function createOffer(product, change) {
  const plus = el(
    "button",
    {
      type: "button",
      class: "button button-quiet",
      "data-sku": product.sku,
      "aria-label": `Add: ${product.name}`,
      on: { click: () => change(product, 1) },
    },
    "Add",
  );
  const element = el(
    "li",
    { class: "offer" },
    el("span", { class: "line-name" }, product.name),
    el("span", { class: "line-price" }, price(product.priceCents, CURRENCY)),
    plus,
  );
  return { element, plus };
}
