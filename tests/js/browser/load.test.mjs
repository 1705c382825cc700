import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { openPage } from "../support/browser.mjs";
import { card, listed, openHood, startShop } from "../support/shop.mjs";

let shop;
before(async () => {
  shop = await startShop();
});
after(() => shop?.stop());

test("the page loads under its policy and says nothing in the console", async () => {
  const { page, messages, urls } = await shop.open();
  await page.waitForLoadState("networkidle");
  assert.deepEqual(messages, []);
  const origins = new Set(urls.map((url) => new URL(url).origin));
  assert.deepEqual(origins, new Set([new URL(shop.demo.url).origin]));
  await page.context().close();
});

test("the policy has no word more than the page needs", async () => {
  const response = await fetch(shop.demo.url);
  const policy = Object.fromEntries(
    response.headers
      .get("content-security-policy")
      .split("; ")
      .map((directive) => directive.split(/ (.*)/).slice(0, 2)),
  );
  assert.equal(policy["default-src"], "'self'");
  assert.equal(policy["script-src"], "'self' 'wasm-unsafe-eval'");
  assert.equal(policy["connect-src"], "'self'");
  assert.equal(policy["style-src"], undefined);
  const html = await response.text();
  assert.doesNotMatch(html, /<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/i);
});

test("every rule that the server sends is shown, of unknown types too", async () => {
  const token = await shop.sandbox.signIn("anna@example.com");
  const rules = await shop.sandbox.rules(token);
  const { page } = await shop.open();
  await card(page, "Seven days in a row").waitFor();
  const titles = await page.locator("#ways .title").allInnerTexts();
  assert.ok(rules.length >= 12);
  assert.deepEqual(titles.toSorted(), rules.map(({ name }) => name).toSorted());
  assert.ok(rules.some(({ type }) => type === "streak"));
  await page.context().close();
});

test("rules are told in plain words, with window, limit and audience", async () => {
  const { page } = await shop.open();
  const words = async (title) => (await card(page, title).innerText()).split(/\n+/);
  assert.deepEqual(await words("Points on everything"), [
    "1 per €1",
    "Points on everything",
    "1 point for every €1 you spend. Delivery doesn't count.",
  ]);
  assert.deepEqual(await words("Double points on mugs"), [
    "×2",
    "Double points on mugs",
    "Double points on Classic mug, Enamel mug and Travel mug.",
  ]);
  assert.deepEqual(await words("50 points for a teapot"), [
    "+50",
    "50 points for a teapot",
    "50 points when you buy Glass teapot or Cast-iron teapot.",
  ]);
  assert.match((await words("Vote for the next poster")).join(" "), /^\+40 ends in [23] days .* 0 of 1 this month/);
  assert.deepEqual((await words("Write a review")).slice(3), [
    "1 of 3 this week",
    "2 left until Monday",
    "Claim 30 points",
  ]);
  assert.deepEqual((await words("Take the tea quiz")).slice(3), ["1 of 1 this week", "Again on Monday."]);
  assert.deepEqual((await words("Come to a tasting")).slice(3), ["Gold members", "Once every 3 months"]);
  assert.match((await words("Bring a friend")).join(" "), /When a friend you invited places their first order/);
  await page.context().close();
});

test("the filter shows one kind of rule", async () => {
  const { page } = await shop.open();
  const shown = () => page.locator("#ways .title").allInnerTexts();
  await card(page, "Seven days in a row").waitFor();
  const all = await shown();
  await page.getByRole("radio", { name: "Multipliers" }).check();
  await card(page, "Like us").waitFor({ state: "detached" });
  assert.deepEqual((await shown()).toSorted(), ["Double points on mugs", "More points for organic tea"]);
  await page.getByRole("radio", { name: "Other" }).check();
  await card(page, "Seven days in a row").waitFor();
  assert.deepEqual(await shown(), ["Seven days in a row"]);
  await page.getByRole("radio", { name: "All" }).check();
  await card(page, "Seven days in a row").waitFor();
  assert.deepEqual(await shown(), all);
  await page.context().close();
});

test("the cart stays in sight beside the rules, and clear of what is under the hood", async () => {
  const { page, context } = await shop.open();
  await page.mouse.wheel(0, 900);
  await page.waitForFunction(() => scrollY > 500);
  assert.equal((await page.locator("#cart").boundingBox()).y, 16);
  await openHood(page);
  await page.locator("#hood").evaluate((hood) => hood.scrollIntoView());
  const cart = await page.locator("#cart").boundingBox();
  const hood = await page.locator("#hood").boundingBox();
  assert.ok(cart.y + cart.height <= hood.y, `the cart ends at ${cart.y + cart.height}, the hood begins at ${hood.y}`);
  await context.close();
});

test("six skeletons stand in for a slow list, and none for a quick one", async () => {
  let release;
  const held = new Promise((resolve) => {
    release = resolve;
  });
  const { page } = await openPage(shop.browser, shop.demo.url, {
    prepare: (page) =>
      page.route("**/loyalty/earning-rules", async (route) => {
        if (route.request().method() === "GET") await held;
        await route.continue();
      }),
  });
  await page.locator(".skeleton").first().waitFor();
  assert.equal(await page.locator(".skeleton").count(), 6);
  assert.equal(await page.locator("#ways .list").getAttribute("aria-busy"), "true");
  release();
  await card(page, "Like us").waitFor();
  await listed(page);
  assert.equal(await page.locator(".skeleton").count(), 0);
  assert.equal(await page.locator("#ways .list").getAttribute("aria-busy"), null);
  await page.context().close();
});

test("an empty list says so", async () => {
  const { page } = await openPage(shop.browser, shop.demo.url, {
    prepare: (page) =>
      page.route("**/loyalty/earning-rules", async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, json: { earningRules: [], currency: "EUR" } });
      }),
  });
  await page.getByText("No ways to earn right now.").waitFor();
  assert.equal(await page.locator("#ways .card").count(), 0);
  await page.context().close();
});

test("neither the partner's key nor a QR code's secret reaches the page", async () => {
  const [bodies, answers] = [[], []];
  const { page } = await openPage(shop.browser, shop.demo.url, {
    prepare: (page) =>
      page.on("response", (response) => {
        if (!response.url().startsWith(shop.demo.url)) return;
        const body = response.text().catch(() => "");
        bodies.push(body);
        if (response.headers()["content-type"]?.startsWith("application/json")) answers.push(body);
      }),
  });
  await page.getByRole("radio", { name: "Guest" }).check();
  await page.getByRole("button", { name: "Sign in", exact: true }).waitFor();
  await page.getByText("Twice a day").waitFor();
  await page.waitForLoadState("networkidle");
  const text = (await Promise.all(bodies)).join("\n");
  assert.match(text, /facebook_like/);
  assert.doesNotMatch(text, /sandbox-partner-key/);
  assert.doesNotMatch(text, /KUBEK-7Q2M-LID/);
  // The name alone stands in the WebAssembly, which knows the field.
  const answered = (await Promise.all(answers)).join("\n");
  assert.match(answered, /facebook_like/);
  assert.doesNotMatch(answered, /usageUrl"/);
  assert.doesNotMatch(await page.locator("body").innerText(), /KUBEK-7Q2M-LID/);
  await page.context().close();
});
