import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";

import { openPage, passTime } from "../support/browser.mjs";
import { startDemo } from "../support/demo.mjs";
import { startSandbox } from "../support/sandbox.mjs";
import { balance, card, claimButton, openHood, startShop } from "../support/shop.mjs";

let shop;
before(async () => {
  shop = await startShop();
});
beforeEach(() => shop.sandbox.reset());
after(() => shop?.stop());

const events = async () => (await shop.sandbox.ledger()).filter(({ kind }) => kind === "event");

test("an expired session is told, the list stays, and signing in again goes on", async () => {
  const { page, context } = await shop.open();
  await openHood(page);
  await page.getByRole("button", { name: /^Let 25 hours pass/ }).click();
  const vote = card(page, "Vote for the next poster");
  await vote.getByText(/^ends (in [12] days|tomorrow)$/).waitFor();
  await claimButton(page, "Like us").click();
  const like = card(page, "Like us");
  await like.getByText("Your session has ended. Sign in again to go on.").waitFor();
  await like.getByText("unauthorized · not_applied").waitFor();
  assert.ok((await page.locator("#ways .card").count()) > 12);
  assert.equal(await page.getByRole("button", { name: /^Claim / }).count(), 0);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await claimButton(page, "Like us").click();
  await like.getByText("100 points earned.").waitFor();
  assert.equal((await events()).length, 1);
  await context.close();
});

test("offline the list stays, and nothing can be pressed until the network is back", async () => {
  const { page, context } = await shop.open();
  const rules = await page.locator("#ways .card").count();
  await context.setOffline(true);
  await page.getByText("You're offline.", { exact: false }).first().waitFor();
  const button = claimButton(page, "Like us");
  assert.equal(await button.getAttribute("aria-disabled"), "true");
  assert.equal(await page.getByRole("button", { name: "Place order" }).getAttribute("aria-disabled"), "true");
  await button.press("Enter");
  assert.equal(await page.locator("#ways .card").count(), rules);
  await context.setOffline(false);
  await page.locator("#offline").waitFor({ state: "hidden" });
  await button.click();
  await card(page, "Like us").getByText("100 points earned.").waitFor();
  assert.equal((await events()).length, 1);
  await context.close();
});

test("without a server there is a sentence, the code and a way to try again", async () => {
  const own = await startSandbox();
  const demo = await startDemo(own.url);
  await own.stop();
  const { page, context } = await openPage(shop.browser, demo.url, { prepare: (page) => page.clock.install() });
  const failure = page.locator("#unlisted");
  await passTime(page, failure.getByText("We can't reach the loyalty server. Check your connection."));
  await failure.getByText("network · not_applied").waitFor();
  const again = await startSandbox({ port: own.port });
  await failure.getByRole("button", { name: "Retry" }).click();
  await claimButton(page, "Like us").waitFor();
  assert.ok((await balance(page)) > 0);
  await again.stop();

  await claimButton(page, "Like us").click();
  const like = card(page, "Like us");
  await passTime(page, like.getByText("network · unknown"));
  await passTime(page, like.getByText("Still not confirmed, and not sent again."));
  await context.close();
  await demo.stop();
});

test("a page whose server is gone offers the sandbox inside", async () => {
  const { page, context } = await openPage(shop.browser, shop.demo.url, {
    prepare: (page) => page.route("**/config.json", (route) => route.abort()),
  });
  await page.getByText("This page needs its server.").waitFor();
  await page.getByRole("link", { name: "Open it with the sandbox" }).click();
  await claimButton(page, "Like us").waitFor();
  await context.close();
});

test("the colours follow the choice, and the choice is kept", async () => {
  const { page, context } = await shop.open({ colorScheme: "dark" });
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  assert.equal(await background(), "rgb(19, 20, 18)");
  await page.getByLabel("Colours").selectOption("light");
  assert.equal(await background(), "rgb(250, 249, 246)");
  await page.reload();
  assert.equal(await background(), "rgb(250, 249, 246)");
  await page.getByLabel("Colours").selectOption("auto");
  assert.equal(await background(), "rgb(19, 20, 18)");
  await context.close();
});
