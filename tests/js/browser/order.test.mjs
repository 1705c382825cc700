import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";

import { signIn } from "../support/demo.mjs";
import { startShop } from "../support/shop.mjs";

const ENAMEL_MUGS = { programme: "koomalooma", lines: [{ sku: "mug-enamel", quantity: 2 }] };
const USER = { method: "POST", path: "/users" };
const COMMITMENT = { method: "POST", path: "/commitments" };

let shop;
before(async () => {
  shop = await startShop();
});
beforeEach(() => shop.sandbox.reset());
after(() => shop?.stop());

/** A page whose orders earn with koomalooma. */
async function openKoomalooma() {
  const opened = await shop.open();
  await opened.page.getByLabel("Programme").selectOption("koomalooma");
  return opened;
}

const booked = async (kind) => (await shop.sandbox.ledger()).filter((entry) => entry.kind === kind);
const cart = (page) => page.locator("#cart");

test("an order enrols the customer and shows the commitment", async () => {
  const { page, context, urls } = await openKoomalooma();
  await page.getByRole("button", { name: "One more: Classic mug" }).click();
  await page.getByRole("button", { name: "One less: Earl Grey" }).click();
  await page.getByRole("button", { name: "Add: Travel mug" }).click();
  await page.locator("[data-sum]").filter({ hasText: "€56.65" }).waitFor();
  await page.getByRole("button", { name: "Place order" }).click();
  const receipt = page.locator(".receipt");
  await receipt.getByText("Thank you for your order").waitFor();
  assert.match(
    await receipt.innerText(),
    /Total\s+€56\.65\s+koomalooma points\s+56\s+Status\s+Waiting for confirmation/,
  );
  await cart(page).getByText("Your cart is empty.").waitFor();

  const token = await shop.sandbox.signIn("anna@example.com");
  const customerId = JSON.parse(Buffer.from(token.split(".")[1], "base64url")).id;
  const [user, ...otherUsers] = await booked("user");
  assert.deepEqual([user.userId, user.partnerId, otherUsers.length], [customerId, "sandbox-shop", 0]);
  const [commitment, ...others] = await booked("commitment");
  assert.deepEqual(
    [commitment.userId, commitment.transactionValue, commitment.points, commitment.campaignId, others.length],
    [customerId, "56.65", 56, "sandbox-campaign", 0],
  );
  assert.equal(urls.filter((url) => url.includes("koomalooma/api")).length, 0);

  await page.getByRole("heading", { level: 1, name: "Points for your orders" }).waitFor();
  const shown = page.locator("#commitments .card");
  assert.match(await shown.innerText(), /\+56/);
  assert.match(await shown.innerText(), new RegExp(commitment.commitmentId));
  await page.getByRole("radio", { name: "Guest" }).check();
  await page.getByText("No koomalooma orders yet.").waitFor();
  await context.close();
});

test("an order whose points nobody knows is not sent again", async () => {
  await shop.sandbox.fault({ fault: "apply_then_drop", ...COMMITMENT });
  const { page, context } = await openKoomalooma();
  await page.getByRole("button", { name: "Place order" }).click();
  const receipt = page.locator(".receipt");
  await receipt.getByText(/^Order KC-\d+ is placed\. Its points are not confirmed yet/).waitFor();
  await receipt.getByText("network · unknown").waitFor();
  await cart(page).getByText("Your cart is empty.").waitFor();
  assert.equal((await booked("commitment")).length, 1);
  await context.close();
});

test("an order whose points were refused stands, and its points can be asked for again", async () => {
  await shop.sandbox.fault({ fault: "status", status: 403, ...COMMITMENT });
  const { page, context } = await openKoomalooma();
  await page.getByRole("button", { name: "Place order" }).click();
  const receipt = page.locator(".receipt");
  await receipt.getByText(/^Order KC-\d+ is placed\. The shop's access to koomalooma doesn't work/).waitFor();
  await receipt.getByText("No points were assigned").waitFor();
  await receipt.getByText("misconfigured · not_applied").waitFor();
  await cart(page).getByText("Your cart is empty.").waitFor();
  assert.equal((await booked("commitment")).length, 0);
  await receipt.getByRole("button", { name: "Ask for the points again" }).click();
  await receipt.getByText("Thank you for your order").waitFor();
  assert.equal((await booked("commitment")).length, 1);
  await context.close();
});

for (const { name, fault, told } of [
  { name: "was enrolled by an answer that was cut", fault: { fault: "truncate" }, told: /· applied$/ },
  { name: "may have been enrolled", fault: { fault: "apply_then_drop" }, told: "network · unknown" },
  { name: "could not be enrolled", fault: { fault: "status", status: 403 }, told: "forbidden · not_applied" },
]) {
  test(`a customer who ${name} has no points yet, and can safely ask again`, async () => {
    await shop.sandbox.fault({ ...fault, ...USER });
    const { page, context } = await openKoomalooma();
    await page.getByRole("button", { name: "Place order" }).click();
    const receipt = page.locator(".receipt");
    await receipt.getByText(told).waitFor();
    const words = await receipt.innerText();
    assert.match(words, /^Order KC-\d+ is placed\. .*No points were assigned yet/);
    assert.doesNotMatch(words, /booked|confirmed/);
    const [order] = /KC-\d+/.exec(words);
    assert.equal((await booked("commitment")).length, 0);

    await shop.sandbox.fault({ ...fault, ...USER });
    await receipt.getByRole("button", { name: "Ask for the points again" }).click();
    await receipt.locator("[aria-busy]").waitFor({ state: "detached" });
    await receipt.getByText("No points were assigned yet").waitFor();
    assert.equal((await booked("commitment")).length, 0);

    await page.getByRole("button", { name: "Add: Classic mug" }).click();
    await receipt.getByRole("button", { name: "Ask for the points again" }).click();
    await receipt.getByText("Thank you for your order").waitFor();
    assert.equal(await page.locator("[data-sum] [data-total]").innerText(), "€9.90");
    assert.match(await receipt.innerText(), new RegExp(`Order\\s+${order}`));
    assert.equal((await booked("commitment")).length, 1);
    assert.equal(await page.locator("#commitments .card").count(), 1);
    await context.close();
  });
}

test("a shop that can't be reached may be asked for an order's points again; for the order it may not", async () => {
  await shop.sandbox.fault({ fault: "status", status: 403, ...USER });
  const { page, context } = await openKoomalooma();
  await page.getByRole("button", { name: "Place order" }).click();
  const receipt = page.locator(".receipt");
  await receipt.getByText("forbidden · not_applied").waitFor();
  await page.route("**/points", (route) => route.abort());
  await receipt.getByRole("button", { name: "Ask for the points again" }).click();
  await receipt
    .getByText(/^Order KC-\d+ is placed\. The shop can't be reached; it sends for the points only once\./)
    .waitFor();
  await page.unroute("**/points");
  await receipt.getByRole("button", { name: "Ask for the points again" }).click();
  await receipt.getByText("Thank you for your order").waitFor();
  assert.equal((await booked("commitment")).length, 1);

  await page.route("**/shop/orders", (route) => route.abort());
  await page.getByRole("button", { name: "Add: Classic mug" }).click();
  await page.getByRole("button", { name: "Place order" }).click();
  await receipt.getByText("We don't know yet whether the order went through, and we won't send it twice.").waitFor();
  await receipt.getByText("network · unknown").waitFor();
  assert.equal(await receipt.getByRole("button").count(), 0);
  await cart(page).getByText("Your cart is empty.").waitFor();
  await context.close();
});

test("a guest is asked to sign in, and an expired customer too", async () => {
  const { page, context } = await shop.open();
  await shop.sandbox.advance(25 * 3_600);
  await page.getByRole("button", { name: "Place order" }).click();
  await page.locator(".receipt").getByText("Nothing was ordered.").waitFor();
  await page.getByText("unauthorized · not_applied").waitFor();
  await page.getByRole("button", { name: "Sign in to place the order" }).click();
  assert.equal(await page.evaluate(() => document.activeElement.name), "username");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Place order" }).click();
  await page.getByText("Thank you for your order").waitFor();
  assert.equal((await booked("transaction")).length, 1);
  await context.close();
});

test("the shop's server takes an order from its own page only, and only once", async () => {
  const origin = new URL(shop.demo.url).origin;
  const cookie = await signIn(shop.demo, "anna@example.com");
  const order = async (change = {}, body = ENAMEL_MUGS) => {
    const headers = {
      origin,
      cookie,
      "content-type": "application/json",
      "idempotency-key": "one",
      ...change,
    };
    for (const [name, value] of Object.entries(headers)) if (value === null) delete headers[name];
    const response = await fetch(`${origin}/shop/orders`, {
      method: "POST",
      headers,
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
    return { status: response.status, ...(await response.json()) };
  };
  const status = async (...args) => (await order(...args)).status;
  assert.equal(await status({ origin: "https://elsewhere.example" }), 403);
  assert.equal(await status({ origin: null }), 403);
  assert.equal(await status({ "content-type": "text/plain" }), 415);
  assert.equal(await status({}, "{"), 400);
  assert.equal(await status({}, { lines: "x".repeat(20_000) }), 413);
  assert.equal(await status({ cookie: null }), 401);
  assert.equal(await status({ cookie: "session=nonsense" }), 401);
  // The number of a session is worth nothing without its signature.
  assert.equal(await status({ cookie: cookie.replace(/.$/, (digit) => (digit === "0" ? "1" : "0")) }), 401);
  assert.equal(await status({ "idempotency-key": null }), 400);
  for (const lines of [
    null,
    [],
    [null],
    [{}],
    [{ sku: "mug-enamel", quantity: 0.5 }],
    [{ sku: "yacht", quantity: 1 }],
  ]) {
    assert.equal(await status({}, { ...ENAMEL_MUGS, lines }), 400, JSON.stringify(lines));
  }
  const twice = { sku: "mug-enamel", quantity: 1 };
  assert.equal(await status({}, { ...ENAMEL_MUGS, lines: [twice, twice] }), 400);
  assert.equal(await status({}, { lines: ENAMEL_MUGS.lines }), 400);
  assert.equal((await booked("user")).length, 0);

  const [first, second] = await Promise.all([order(), order()]);
  assert.equal(first.status, 200);
  assert.equal(first.order.transactionValue, "25.00");
  assert.equal(second.order.orderId, first.order.orderId);
  assert.equal((await order()).commitment.id, first.commitment.id);
  assert.equal((await booked("commitment")).length, 1);
  assert.doesNotMatch(JSON.stringify(first), /sandbox-partner-key/);
});

test("the shop's server asks for an order's points for its customer only, and once", async () => {
  const origin = new URL(shop.demo.url).origin;
  const [anna, jan] = await Promise.all(["anna@example.com", "jan@example.com"].map((name) => signIn(shop.demo, name)));
  const post = async (path, cookie, change = {}) => {
    const headers = { origin, cookie, "content-type": "application/json", ...change };
    const body = JSON.stringify(ENAMEL_MUGS);
    const response = await fetch(`${origin}/shop/orders${path}`, { method: "POST", headers, body });
    return { status: response.status, ...(await response.json()) };
  };
  await shop.sandbox.fault({ fault: "html", ...USER });
  const failed = await post("", anna, { "idempotency-key": "two" });
  assert.deepEqual([failed.status, failed.error.operation, failed.error.outcome], [502, "createUser", "unknown"]);
  const points = `/${failed.order.orderId}/points`;
  assert.equal((await post(points, anna, { origin: "https://elsewhere.example" })).status, 403);
  assert.equal((await post(points, "nonsense")).status, 401);
  assert.equal((await post(points, jan)).status, 404);
  assert.equal((await post("/KC-1/points", anna)).status, 404);
  assert.equal((await booked("commitment")).length, 0);

  const both = await Promise.all([post(points, anna), post(points, anna)]);
  assert.deepEqual(
    both.map(({ status, commitment }) => [status, commitment.id]),
    [0, 1].map(() => [200, both[0].commitment.id]),
  );
  assert.equal((await post(points, anna)).commitment.id, both[0].commitment.id);
  assert.equal((await booked("commitment")).length, 1);

  await shop.sandbox.fault({ fault: "apply_then_drop", ...COMMITMENT });
  const unknown = await post("", anna, { "idempotency-key": "three" });
  const again = await post(`/${unknown.order.orderId}/points`, anna);
  assert.deepEqual([again.status, again.error.outcome], [502, "unknown"]);
  assert.equal((await booked("commitment")).length, 2);
});

test("an order's points go through the gateway, which a page can't ask for them", async () => {
  const origin = new URL(shop.demo.url).origin;
  const cookie = await signIn(shop.demo, "anna@example.com");
  const headers = { origin, cookie, "content-type": "application/json", "idempotency-key": "through" };
  const body = JSON.stringify(ENAMEL_MUGS);
  const placed = await (await fetch(`${origin}/shop/orders`, { method: "POST", headers, body })).json();
  assert.equal(placed.commitment.loyaltyUnits, 25);
  const [hop] = (await (await fetch(`${origin}/hood/gateway.json`)).json()).lines;
  assert.deepEqual([hop.route, hop.status, hop.outcome], ["POST users/{userId}/commitments", 201, "applied"]);
  const forged = { method: "POST", headers, body: "{}" };
  assert.equal((await fetch(`${origin}/loyalty/users/anna/commitments`, forged)).status, 403);
  assert.equal((await booked("commitment")).length, 1);
});

test("the shop's server shows its page and its package, and no other file", async () => {
  const status = async (path) => (await fetch(new URL(path, shop.demo.url))).status;
  assert.equal(await status("/js/main.js"), 200);
  assert.equal(await status("/pkg/browser.js"), 200);
  for (const path of [
    "/server/server.mjs",
    "/worker/worker.mjs",
    "/package.json",
    "/pkg/%2e%2e/Cargo.toml",
    "/pkg/..%2fCargo.toml",
    "/.git/config",
  ]) {
    assert.equal(await status(path), 404, path);
  }
  const wasm = await fetch(new URL("/pkg/earnkit.wasm", shop.demo.url));
  assert.equal(wasm.headers.get("content-type"), "application/wasm");
  assert.equal(wasm.headers.get("x-content-type-options"), "nosniff");
});
