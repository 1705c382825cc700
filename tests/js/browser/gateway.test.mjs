// Browser, gateway in workerd, sandbox: what the page gets to hold, and what a broken line does to an award.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";

import { openPage } from "../support/browser.mjs";
import { eventually } from "../support/eventually.mjs";
import { balance, card, claimButton, openHood, startShop } from "../support/shop.mjs";

const AWARD = "**/loyalty/events/*";
const JWT = /eyJ[\w-]+\.[\w-]+\.[\w-]+/;
const SECRETS = /sandbox-partner-key|SESSION_SECRET|X-KoomaLooma-JWT|refresh_?token/i;

let shop;
before(async () => {
  shop = await startShop();
});
beforeEach(() => shop.sandbox.reset());
after(() => shop?.stop());

const events = async () => (await shop.sandbox.ledger()).filter(({ kind }) => kind === "event");

/** Everything that the page is sent, and everything that it sends. */
function listen(page, told) {
  page.on("request", (request) => told.push(`${request.url()} ${JSON.stringify(request.headers())}`));
  page.on("response", (response) =>
    told.push(
      // What comes in while the page is closed has nobody left to read it.
      response.allHeaders().then(JSON.stringify, () => ""),
      // A script of the package names the header that its server entry would send.
      /\/(pkg|js)\//.test(response.url()) ? "" : response.text().catch(() => ""),
    ),
  );
}

test("no secret and no token reaches the page", async () => {
  const told = [];
  const { page, context } = await openPage(shop.browser, shop.demo.url, { prepare: (page) => listen(page, told) });
  await claimButton(page, "Like us").click();
  await card(page, "Like us").getByText("100 points earned.").waitFor();
  await page.getByRole("button", { name: "Place order" }).click();
  await page.getByText("Thank you for your order").waitFor();
  await page.getByRole("button", { name: "Add: Classic mug" }).click();
  await page.getByLabel("Programme").selectOption("koomalooma");
  await page.getByRole("button", { name: "Place order" }).click();
  await page.locator("#commitments").getByText("+9").waitFor();
  await openHood(page);
  await page.getByRole("radio", { name: "Guest" }).check();
  await page.getByRole("button", { name: "Sign in", exact: true }).waitFor();

  const text = (await Promise.all(told)).join("\n");
  assert.match(text, /"points":100/);
  assert.match(text, /"earningRules":/);
  assert.doesNotMatch(text, JWT);
  assert.doesNotMatch(text, SECRETS);
  const held = await page.evaluate(async () =>
    JSON.stringify([
      document.cookie,
      { ...localStorage },
      { ...sessionStorage },
      await indexedDB.databases(),
      await caches.keys(),
      document.documentElement.outerHTML,
    ]),
  );
  assert.doesNotMatch(held, JWT);
  assert.doesNotMatch(held, SECRETS);
  assert.equal(await page.evaluate(() => document.cookie), "");
  await context.close();
});

test("an award that is made twice with one key counts once", async () => {
  const { page, context } = await shop.open();
  const claim = (key) =>
    page.evaluate(async (idempotencyKey) => {
      const { triggerEvent } = await import("/earnkit.js");
      const loyalty = { gatewayUrl: "/loyalty" };
      const both = [1, 2].map(() => triggerEvent(loyalty, "photo.shared", { idempotencyKey }));
      return [...(await Promise.all(both)), await triggerEvent(loyalty, "photo.shared", { idempotencyKey })];
    }, key);
  const points = { points: 12.5 };
  assert.deepEqual(await claim("one"), [points, points, points]);
  assert.equal((await events()).length, 1);
  assert.deepEqual(await claim("two"), [points, points, points]);
  assert.equal((await events()).length, 2);
  await context.close();
});

test("a line that is cut after the award, and before it, leads to one booking", async () => {
  const { page, context } = await shop.open();
  const before = await balance(page);
  const keys = [];
  const cuts = [
    // The gateway has done it, and nobody hears of it.
    async (route) => {
      await route.fetch();
      await route.abort("connectionreset");
    },
    (route) => route.abort("connectionreset"),
  ];
  await page.route(AWARD, async (route) => {
    keys.push(route.request().headers()["idempotency-key"]);
    const cut = cuts.shift();
    await (cut ? cut(route) : route.continue());
  });
  await claimButton(page, "Like us").click();
  await card(page, "Like us").getByText("100 points earned.").waitFor();
  await card(page, "Like us").getByText("1 of 2 today").waitFor();
  await eventually(
    () => balance(page),
    (points) => points === before + 100,
  );
  assert.equal(keys.length, 3);
  assert.equal(new Set(keys).size, 1);
  assert.equal((await events()).length, 1);
  await context.close();
});

test("under the hood every hop of an award is seen", async () => {
  const { page, context } = await shop.open();
  await claimButton(page, "Like us").click();
  await card(page, "Like us").getByText("100 points earned.").waitFor();
  await openHood(page);
  const seen = (table, pattern) =>
    eventually(
      () => page.locator(`[data-table="${table}"] tbody tr`).allInnerTexts(),
      (rows) => rows.some((row) => pattern.test(row)),
    );
  await seen("attempts", /page\s+triggerEvent\s+POST \/events\/\{eventName\}\s+200/);
  await seen("gateway", /POST events\/\{eventName\}\s+200\s+applied/);
  await seen("requests", /POST\s+\/api\/DEFAULT\/customer\/earningRule\/facebook_like\s+200/);
  await seen("ledger", /open-loyalty\s+event\s+facebook_like\s+100/);
  await context.close();
});

test("a page of another origin gets nothing, and a session ends with its cookie", async () => {
  const { origin } = new URL(shop.demo.url);
  const post = (headers) =>
    fetch(`${origin}/loyalty/events/facebook_like`, {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": "k", ...headers },
      body: "{}",
    });
  assert.equal((await post({ origin: "https://elsewhere.example" })).status, 403);
  assert.equal((await post({ origin, cookie: "session=nonsense" })).status, 401);
  assert.equal((await fetch(`${origin}/sandbox/reset`, { method: "POST" })).status, 403);
  assert.equal((await events()).length, 0);
});
