// <earnkit-estimate> in Chromium: a product page that follows its variant, and a cart.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { claimButton, customEvent, STATUS, spoken, startStore } from "./store.mjs";

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

test("a rule of an unknown type that may apply makes it about; one that can't does not", async () => {
  const points = customEvent(1, {
    type: "points",
    pointValue: 2,
    excludedSKUs: [],
    excludedLabels: [],
    limit: undefined,
  });
  const future = (more) => customEvent(2, { type: "streak", limit: undefined, ...more });
  let earningRules = [points];
  store.host.route("GET /future/earning-rules", () => ({ status: 200, body: { earningRules, currency: "EUR" } }));
  store.host.route("GET /future/status", () => ({ status: 200, body: STATUS }));
  const { page, context, heard } = await store.open({
    body: '<earnkit-estimate gateway="/future" sku="mug-classic" gross-value="9.90"></earnkit-estimate>',
  });
  await total(page).getByText("You'll earn 19.80 points").waitFor();
  const shows = async (more, text) => {
    earningRules = [points, future(more)];
    await page.evaluate(() => document.querySelector("earnkit-estimate").refresh());
    await total(page).getByText(text).waitFor();
  };
  await shows({}, "You'll earn about 19.80 points");
  const { estimate, approximate } = (await heard("estimate")).at(-1);
  assert.deepEqual([approximate, estimate.assumptions], [true, []]);
  assert.equal(await page.evaluate(() => document.querySelector("earnkit-estimate").approximate), true);
  await shows({ pos: ["kraków"] }, "You'll earn 19.80 points");
  await shows({}, "about 19.80 points");
  await shows({ allTimeActive: false, startAt: "2999-01-01T00:00:00Z" }, "You'll earn 19.80 points");
  await shows({ levels: ["silver"], levelNames: { silver: "Silver" }, segments: ["s"] }, "about 19.80 points");
  await shows({ levels: ["silver"], levelNames: { silver: "Silver" } }, "You'll earn 19.80 points");
  assert.equal(await page.evaluate(() => document.querySelector("earnkit-estimate").approximate), false);
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
  const price = (text) =>
    page.evaluate((text) => document.querySelector("earnkit-estimate").setAttribute("gross-value", text), text);
  await price("9.90");
  await total(page).waitFor();
  // What was mended in between is told again.
  await price("a lot");
  await page.waitForFunction(() => window.heard.filter(({ name }) => name === "error").length === 2);
  await price("9.90");
  await total(page).waitFor();
  for (const empty of ["", " "]) {
    await price(empty);
    await total(page).waitFor({ state: "hidden" });
    await price("9.90");
    await total(page).waitFor();
  }
  assert.equal((await heard("error")).length, 4);
  assert.deepEqual(messages, []);
  await context.close();
});
