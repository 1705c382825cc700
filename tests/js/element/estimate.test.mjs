// <earnkit-estimate> in Chromium: a product page that follows its variant, and a cart.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { claimButton, spoken, startStore } from "./store.mjs";

let store;
before(async () => {
  store = await startStore();
});
after(() => store?.stop());

const total = (page) => page.locator("earnkit-estimate [part=total]");

test("a product's points follow its variant, without a request, and are announced", async () => {
  const { page, context, messages } = await store.open({
    body: '<earnkit-estimate URL sku="mug-classic" gross-value="9.90"></earnkit-estimate>',
  });
  await total(page).getByText("19.80").waitFor();
  assert.equal(await total(page).innerText(), "You'll earn about 19.80 points");
  const before = (await store.sandbox.requests()).length;
  await page.evaluate(() => {
    const element = document.querySelector("earnkit-estimate");
    element.sku = "tea-earl-grey";
    element.grossValue = "5.60";
  });
  await spoken(page, "You'll earn about 5.60 points");
  assert.equal((await store.sandbox.requests()).length, before);
  assert.equal(await page.locator("earnkit-estimate li").count(), 0);
  assert.deepEqual(messages, []);
  await context.close();
});

test("a cart's points, rule by rule; whoever is shown the same server shares the reading", async () => {
  const { page, context, heard } = await store.open({
    body: '<earnkit-estimate URL breakdown aria-live="off"></earnkit-estimate><earnkit-rules URL></earnkit-rules>',
    script: `
      element.cart = {
        items: [
          { sku: "mug-classic", grossValue: 9.9 },
          { sku: "tea-earl-grey", grossValue: 5.6 },
          { sku: "poster-tatra", grossValue: 11.95 },
        ],
        deliverySkus: ["delivery"],
        availableRewards: [],
      };`,
  });
  await total(page).getByText("37.35").waitFor();
  assert.equal(await total(page).innerText(), "You'll earn 37.35 points");
  assert.deepEqual(await page.locator("earnkit-estimate li").allInnerTexts(), [
    "Points on everything\n+27.45",
    "Double points on mugs\n+9.90",
  ]);
  await page.getByText("Spend €32.55 more for “More on big orders”.").waitFor();
  await claimButton(page, "Like us").waitFor();
  const requests = await store.sandbox.requests();
  assert.equal(requests.filter(({ path }) => path.endsWith("/customer/earningRule")).length, 2);
  const { estimate } = (await heard("estimate")).at(-1);
  assert.equal(estimate.points, 37.35);
  assert.equal(await page.evaluate(() => document.querySelector("earnkit-estimate").estimate.points), 37.35);

  await page.evaluate(() => {
    document.querySelector("earnkit-estimate").cart = { items: [] };
  });
  await total(page).waitFor({ state: "hidden" });
  assert.equal((await heard("estimate")).at(-1).estimate, null);
  assert.equal(await page.locator("earnkit-estimate [role=status]").textContent(), "");
  await context.close();
});

test("a cart that can't be is an event with the field, once, and nothing on the page", async () => {
  const { page, context, messages, heard } = await store.open({
    body: '<earnkit-estimate URL sku="mug-classic" gross-value="a lot">Earns points</earnkit-estimate>',
  });
  await page.waitForFunction(() => window.heard.some(({ name }) => name === "error"));
  await page.evaluate(() => document.querySelector("earnkit-estimate").refresh());
  assert.deepEqual(
    (await heard("error")).map(({ error }) => error),
    ["invalid_input not_applied"],
  );
  await page.getByText("Earns points").waitFor();
  assert.deepEqual(messages, []);
  await context.close();
});
