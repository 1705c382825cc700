// What the cart says that it would earn, and what Open Loyalty then books.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";

import { PRODUCTS } from "../../../www/js/catalogue.js";
import { openPage } from "../support/browser.mjs";
import { startStaticHost } from "../support/demo.mjs";
import { eventually } from "../support/eventually.mjs";
import { balance, claimButton, startShop } from "../support/shop.mjs";

let shop;
before(async () => {
  shop = await startShop();
});
beforeEach(() => shop.sandbox.reset());
after(() => shop?.stop());

const box = (page) => page.locator("earnkit-estimate");
const total = async (page) => (await box(page).locator(".total").innerText()).trim();
const lines = async (page) => (await box(page).locator("li").allInnerTexts()).map((line) => line.split(/\n+/));
const shows = (page, text) =>
  eventually(
    () => total(page),
    (shown) => shown === text,
  );
const spoken = (page, text) => page.getByRole("status").filter({ hasText: text }).waitFor({ state: "attached" });

/** Presses until the cart holds what is wanted, by SKU. */
async function fill(page, wanted) {
  const press = (name) => page.getByRole("button", { name, exact: true }).click();
  const add = page.getByRole("button", { name: /^Add: / });
  while ((await add.count()) > 0) await add.first().click();
  for (const { sku, name } of PRODUCTS) {
    const quantity = wanted[sku] ?? 0;
    for (let pieces = 1; pieces < quantity; pieces++) await press(`One more: ${name}`);
    const row = page.locator(".line").filter({ hasText: name });
    for (let pieces = Number(await row.locator("output").innerText()); pieces > quantity; pieces--) {
      await press(`One less: ${name}`);
    }
  }
}

/** Waits until the estimate is that of the cart. */
async function settled(page, wanted) {
  const products = PRODUCTS.filter(({ sku }) => wanted[sku]);
  await eventually(
    () =>
      box(page).evaluate(({ cart, estimate }) =>
        JSON.stringify([cart?.items.map(({ sku }) => sku), estimate?.products.length]),
      ),
    (text) => text === JSON.stringify([products.map(({ sku }) => sku), products.length]),
  );
}

test("the cart says at once what it would earn, rule by rule, without asking the server", async () => {
  const { page, context } = await shop.open();
  await box(page).waitFor();
  await shows(page, "You'll earn 37.35 points");
  assert.deepEqual(await lines(page), [
    ["Points on everything", "+27.45"],
    ["Double points on mugs", "+9.90"],
    ["A tea sample with your order", "Gift"],
  ]);
  await box(page).getByText("Spend €32.55 more for “More on big orders”.").waitFor();

  const before = (await shop.sandbox.requests()).length;
  await page.getByRole("button", { name: "One more: Classic mug" }).click();
  await shows(page, "You'll earn 57.15 points");
  assert.deepEqual((await lines(page))[1], ["Double points on mugs", "+19.80"]);
  // As a computer adds up, 22.65 would be a cent short.
  await box(page).getByText("Spend €22.66 more").waitFor();
  await spoken(page, "Classic mug: 2 in the cart, total €37.35");
  await spoken(page, "You'll earn 57.15 points");
  await page.getByRole("button", { name: "Add: Glass teapot" }).click();
  await shows(page, "You'll earn 186.73 points");
  assert.deepEqual((await lines(page)).slice(1, 2), [["More on big orders", "+35.68"]]);
  assert.equal(await box(page).getByText("Spend").count(), 0);
  assert.equal((await shop.sandbox.requests()).length, before);
  await context.close();
});

for (const [who, username, carts] of [
  [
    "Silver",
    "anna@example.com",
    [
      { "mug-classic": 1, "tea-earl-grey": 1, "poster-tatra": 1 },
      { "mug-enamel": 3, "tea-green-organic": 1 },
      { "mug-travel": 1, "tea-sencha": 1, "poster-sale": 1, "teapot-glass": 1, "gift-card": 1 },
      { "teapot-iron": 1, "teapot-glass": 2, "tea-sencha": 7, "mug-classic": 11, "poster-sale": 3 },
    ],
  ],
  ["Gold", "jan@example.com", [{ "gift-card": 2, "poster-sale": 2, "mug-travel": 1, "tea-green-organic": 3 }]],
  ["Bronze", "ola@example.com", [{ "mug-travel": 2, "teapot-iron": 1 }]],
]) {
  test(`a ${who} member's estimate is what is booked`, async () => {
    const { page, context } = await shop.open();
    await page.getByRole("radio", { name: "Guest" }).check();
    await page.getByLabel("E-mail").fill(username);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.locator("[data-level]").filter({ hasText: who }).waitFor();
    for (const cart of carts) {
      await fill(page, cart);
      await settled(page, cart);
      await eventually(
        () => total(page),
        (text) => text.startsWith("You'll earn") && !text.includes("about"),
      );
      const [, estimated] = /^You'll earn ([\d,.]+) points$/.exec(await total(page));
      await page.getByRole("button", { name: "Place order" }).click();
      const receipt = page.locator(".receipt");
      await receipt.getByText("Thank you for your order").waitFor();
      assert.match(
        await receipt.innerText(),
        new RegExp(`Points estimated\\s+${estimated}\\s+Points booked\\s+${estimated}$`),
      );
      const booked = (await shop.sandbox.ledger()).findLast(({ kind }) => kind === "transaction");
      assert.equal(booked.points, Number(estimated.replaceAll(",", "")), JSON.stringify(cart));
    }
    await context.close();
  });
}

test("on the sandbox inside the page, too", async () => {
  const host = await startStaticHost();
  const { page, context } = await openPage(shop.browser, `${host.url}?sandbox`);
  await claimButton(page, "Like us").waitFor();
  const before = await balance(page);
  const cart = { "mug-travel": 1, "tea-sencha": 2, "teapot-glass": 1 };
  await fill(page, cart);
  await settled(page, cart);
  const [, estimated] = /^You'll earn ([\d,.]+) points$/.exec(await total(page));
  await page.getByRole("button", { name: "Place order" }).click();
  await page.locator(".receipt").getByText("Thank you for your order").waitFor();
  assert.match(
    await page.locator(".receipt").innerText(),
    new RegExp(`Points estimated\\s+${estimated}\\s+Points booked\\s+${estimated}$`),
  );
  await eventually(
    () => balance(page),
    (points) => Math.abs(points - before - Number(estimated)) < 0.005,
  );
  await context.close();
  await host.stop();
});

test('"about" says that it rests on something unknown: here, the customer\'s level', async () => {
  await shop.sandbox.fault({ fault: "status", status: 403, count: 20, method: "GET", path: "/status" });
  const { page, context } = await shop.open();
  await page.getByText("Your balance can't be read right now.").waitFor();
  await page.getByRole("button", { name: "Add: Glass teapot" }).click();
  await shows(page, "You'll earn about 157.03 points");
  await page.getByRole("radio", { name: "Guest" }).check();
  await page.getByText("Twice a day").waitFor();
  assert.match(await total(page), /^You'll earn about /);
  await context.close();
});

test("no estimate for koomalooma, for an empty cart, or while nothing is listed", async () => {
  const { page, context } = await shop.open();
  await box(page).waitFor();
  await page.getByLabel("Programme").selectOption("koomalooma");
  await box(page).waitFor({ state: "hidden" });
  await page.getByLabel("Programme").selectOption("open-loyalty");
  await fill(page, {});
  await box(page).waitFor({ state: "hidden" });
  await context.close();
});

test("on a narrow page the bar says it", async () => {
  const { page, context } = await shop.open({ viewport: { width: 320, height: 640 } });
  const bar = page.getByRole("button", { name: /^Cart/ });
  await bar.filter({ hasText: "37.35 points" }).waitFor();
  assert.ok((await bar.boundingBox()).height <= 57);
  await context.close();
});
