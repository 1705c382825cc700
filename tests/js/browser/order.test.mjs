import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";

import { startShop } from "../support/shop.mjs";

const COMMITMENT = { method: "POST", path: "/commitments" };

let shop;
before(async () => {
  shop = await startShop();
});
beforeEach(() => shop.sandbox.reset());
after(() => shop?.stop());

const booked = async (kind) => (await shop.sandbox.ledger()).filter((entry) => entry.kind === kind);
const cart = (page) => page.locator("#cart");

test("an order enrols the customer and shows the commitment", async () => {
  const { page, context, urls } = await shop.open();
  await page.getByRole("button", { name: "One more: Travel mug" }).click();
  await page.getByRole("button", { name: "One less: Organic green tea" }).click();
  await page.getByRole("button", { name: "Add: Enamel mug" }).click();
  await page.locator("[data-sum]").filter({ hasText: "€72.10" }).waitFor();
  await page.getByRole("button", { name: "Place order" }).click();
  const receipt = page.locator(".receipt");
  await receipt.getByText("Thank you for your order").waitFor();
  assert.match(
    await receipt.innerText(),
    /Total\s+€72\.10\s+koomalooma points\s+72\s+Status\s+Waiting for confirmation/,
  );
  await cart(page).getByText("Your cart is empty.").waitFor();

  const token = await shop.sandbox.signIn("anna@example.com");
  const customerId = JSON.parse(Buffer.from(token.split(".")[1], "base64url")).id;
  const [user, ...otherUsers] = await booked("user");
  assert.deepEqual([user.userId, user.partnerId, otherUsers.length], [customerId, "sandbox-shop", 0]);
  const [commitment, ...others] = await booked("commitment");
  assert.deepEqual(
    [commitment.userId, commitment.transactionValue, commitment.points, commitment.campaignId, others.length],
    [customerId, "72.10", 72, "sandbox-campaign", 0],
  );
  assert.equal(urls.filter((url) => url.includes("koomalooma/api")).length, 0);

  await page.getByLabel("Programme").selectOption("koomalooma");
  await page.getByRole("heading", { level: 1, name: "Points for your orders" }).waitFor();
  const shown = page.locator("#commitments .card");
  assert.match(await shown.innerText(), /\+72/);
  assert.match(await shown.innerText(), new RegExp(commitment.commitmentId));
  await page.getByRole("radio", { name: "Guest" }).check();
  await page.getByText("No orders yet.").waitFor();
  await context.close();
});

test("an order whose points nobody knows is not sent again", async () => {
  await shop.sandbox.fault({ fault: "apply_then_drop", ...COMMITMENT });
  const { page, context } = await shop.open();
  await page.getByRole("button", { name: "Place order" }).click();
  const receipt = page.locator(".receipt");
  await receipt.getByText(/^Order KC-\d+ is placed\. Its points are not confirmed yet/).waitFor();
  await receipt.getByText("network · unknown").waitFor();
  await cart(page).getByText("Your cart is empty.").waitFor();
  assert.equal((await booked("commitment")).length, 1);
  await context.close();
});

test("a refused order stays in the cart", async () => {
  await shop.sandbox.fault({ fault: "status", status: 403, ...COMMITMENT });
  const { page, context } = await shop.open();
  await page.getByRole("button", { name: "Place order" }).click();
  const receipt = page.locator(".receipt");
  await receipt.getByText("The shop's access to koomalooma doesn't work at the moment. Nothing was ordered.").waitFor();
  await receipt.getByText("forbidden · not_applied").waitFor();
  assert.equal((await booked("commitment")).length, 0);
  await page.getByRole("button", { name: "Place order" }).click();
  await receipt.getByText("Thank you for your order").waitFor();
  assert.equal((await booked("commitment")).length, 1);
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
  assert.equal((await booked("commitment")).length, 1);
  await context.close();
});

test("the shop's server takes an order from its own page only, and only once", async () => {
  const origin = new URL(shop.demo.url).origin;
  const token = await shop.sandbox.signIn("anna@example.com");
  const order = async (change = {}, body = { lines: [{ sku: "mug-enamel", quantity: 2 }] }) => {
    const headers = {
      origin,
      authorization: `Bearer ${token}`,
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
  assert.equal(await status({ authorization: null }), 401);
  assert.equal(await status({ authorization: "Bearer nonsense" }), 401);
  assert.equal(await status({ "idempotency-key": null }), 400);
  for (const lines of [
    null,
    [],
    [null],
    [{}],
    [{ sku: "mug-enamel", quantity: 0.5 }],
    [{ sku: "yacht", quantity: 1 }],
  ]) {
    assert.equal(await status({}, { lines }), 400, JSON.stringify(lines));
  }
  const twice = { sku: "mug-enamel", quantity: 1 };
  assert.equal(await status({}, { lines: [twice, twice] }), 400);
  assert.equal((await booked("user")).length, 0);

  const [first, second] = await Promise.all([order(), order()]);
  assert.equal(first.status, 200);
  assert.equal(first.transactionValue, "25.00");
  assert.equal(second.orderId, first.orderId);
  assert.equal((await order()).commitment.id, first.commitment.id);
  assert.equal((await booked("commitment")).length, 1);
  assert.doesNotMatch(JSON.stringify(first), /sandbox-partner-key/);
});

test("the shop's server shows its page and its package, and no other file", async () => {
  const status = async (path) => (await fetch(new URL(path, shop.demo.url))).status;
  assert.equal(await status("/js/main.js"), 200);
  assert.equal(await status("/pkg/browser.js"), 200);
  for (const path of [
    "/server/server.mjs",
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
