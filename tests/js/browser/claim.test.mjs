import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";

import { eventually } from "../support/eventually.mjs";
import { balance, card, claimButton, focusedName, openHood, startShop } from "../support/shop.mjs";

const EVENT_PATH = "/customer/earningRule/";

let shop;
before(async () => {
  shop = await startShop();
});
beforeEach(() => shop.sandbox.reset());
after(() => shop?.stop());

const events = async () => (await shop.sandbox.ledger()).filter(({ kind }) => kind === "event");

test("a claim shows the points won, the new use and the new total", async () => {
  const { page, context } = await shop.open();
  const before = await balance(page);
  const like = card(page, "Like us");
  await like.getByText("0 of 2 today").waitFor();
  await page.getByRole("button", { name: "Claim 100 points: Like us" }).click();
  await like.getByText("100 points earned.").waitFor();
  await like.getByText("1 of 2 today").waitFor();
  await eventually(
    () => balance(page),
    (points) => points === before + 100,
  );
  await page.getByRole("status").filter({ hasText: "100 points earned, 1 of 2 used" }).waitFor();
  const [booked, ...more] = await events();
  assert.deepEqual([booked.eventName, booked.points, more.length], ["facebook_like", 100, 0]);
  await context.close();
});

test("nothing moves before the server's answer, and the focus stays", async () => {
  await shop.sandbox.fault({ fault: "delay", delayMs: 1_500, method: "POST", path: EVENT_PATH });
  const { page, context } = await shop.open();
  const before = await balance(page);
  const button = claimButton(page, "Like us");
  await button.focus();
  await page.keyboard.press("Enter");
  const waiting = page.getByRole("button", { name: "Claiming…: Like us" });
  await waiting.waitFor();
  assert.equal(await waiting.getAttribute("aria-busy"), "true");
  await page.keyboard.press("Enter");
  assert.equal(await balance(page), before);
  assert.equal(await card(page, "Like us").getByText("earned").count(), 0);
  await card(page, "Like us").getByText("100 points earned.").waitFor();
  assert.equal(await focusedName(page), "Claim 100 points: Like us");
  assert.equal((await events()).length, 1);
  await context.close();
});

test("the total counts up, and is swapped where less motion is wanted", async () => {
  const totals = async (reducedMotion) => {
    await shop.sandbox.reset();
    const { page, context } = await shop.open({ reducedMotion });
    const before = await balance(page);
    await page.evaluate(() => {
      window.totals = [];
      const target = document.querySelector("[data-points]");
      new MutationObserver(() => window.totals.push(target.textContent)).observe(target, { childList: true });
    });
    await claimButton(page, "Like us").click();
    await eventually(
      () => balance(page),
      (points) => points === before + 100,
    );
    const seen = await page.evaluate(() => window.totals);
    await context.close();
    return seen.length;
  };
  assert.equal(await totals("reduce"), 1);
  assert.ok((await totals("no-preference")) > 3);
});

test("a limit that is used up says when it opens again, and keeps the focus", async () => {
  const { page, context } = await shop.open();
  const like = card(page, "Like us");
  await claimButton(page, "Like us").click();
  await like.getByText("1 of 2 today").waitFor();
  await claimButton(page, "Like us").press("Enter");
  await like.getByText("2 of 2 today").waitFor();
  await like.getByText("Again tomorrow.").waitFor();
  assert.equal(await like.getByRole("button").count(), 0);
  assert.equal(await focusedName(page), "Again tomorrow.");
  assert.equal((await events()).length, 2);
  await context.close();
});

test("a limit that was used up elsewhere is told with its code", async () => {
  const { page, context } = await shop.open();
  const token = await shop.sandbox.signIn("anna@example.com");
  await shop.sandbox.report(token, "facebook_like");
  await shop.sandbox.report(token, "facebook_like");
  const like = card(page, "Like us");
  await claimButton(page, "Like us").click();
  await like.getByText("You've already used this as often as it allows.").waitFor();
  await like.getByText("limit_exceeded · not_applied").waitFor();
  await like.getByText("2 of 2 today").waitFor();
  assert.equal((await events()).length, 2);
  await context.close();
});

test("an event that is not open to the customer is told with its code", async () => {
  await shop.sandbox.fault({
    fault: "status",
    status: 400,
    body: { error: "event does not exist" },
    method: "POST",
    path: EVENT_PATH,
  });
  const { page, context } = await shop.open();
  await claimButton(page, "Show your mug").click();
  const photo = card(page, "Show your mug");
  await photo.getByText("This isn't open to you right now.").waitFor();
  await photo.getByText("event_unavailable · not_applied").waitFor();
  await openHood(page);
  await page.getByLabel("Report an event by its name").fill("no_such_event");
  await page.getByRole("button", { name: "Report", exact: true }).click();
  // The gateway lets only the shop's events through.
  await page.locator("output").filter({ hasText: "forbidden · not_applied" }).waitFor();
  assert.equal((await events()).length, 0);
  await context.close();
});

test("too many requests are told with the time to wait", async () => {
  await shop.sandbox.fault({ fault: "status", status: 429, retryAfter: 20, method: "POST", path: EVENT_PATH });
  const { page, context } = await shop.open();
  await claimButton(page, "Like us").click();
  const like = card(page, "Like us");
  await like.getByText("rate_limited · not_applied").waitFor();
  assert.match(await like.innerText(), /Too many requests\. Try again in (20 seconds|a moment)\./);
  assert.equal(await claimButton(page, "Like us").isEnabled(), true);
  await context.close();
});

test("what is for other levels has no button; of two rules for one event the better one has it", async () => {
  const { page, context } = await shop.open();
  assert.equal(await card(page, "Come to a tasting").getByRole("button").count(), 0);
  assert.equal(await card(page, "Write a review as a Gold member").getByRole("button").count(), 0);
  await page.getByRole("radio", { name: "Guest" }).check();
  await page.getByLabel("E-mail").fill("jan@example.com");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByText("Gold", { exact: true }).waitFor();
  await claimButton(page, "Come to a tasting").waitFor();
  const plain = card(page, "Write a review");
  await plain.getByText("“Write a review as a Gold member” counts instead.").waitFor();
  assert.equal(await plain.getByRole("button").count(), 0);
  await claimButton(page, "Write a review as a Gold member").click();
  await card(page, "Write a review as a Gold member").getByText("60 points earned.").waitFor();
  const [booked] = await events();
  assert.equal(booked.points, 60);
  await context.close();
});

test("guests see the list without buttons and can sign in", async () => {
  const { page, context } = await shop.open();
  await page.getByRole("radio", { name: "Guest" }).check();
  await page.getByText("Twice a day").waitFor();
  assert.equal(await page.getByRole("button", { name: /^Claim / }).count(), 0);
  assert.equal(await page.locator("[data-balance]").isVisible(), false);
  await page.getByLabel("Password").fill("wrong");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByText("This e-mail and password don't belong together.").waitFor();
  await page.getByText("unauthorized · not_applied").waitFor();
  await page.getByLabel("Password").fill("password");
  await page.keyboard.press("Enter");
  await claimButton(page, "Like us").waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.id), "page-title");
  await context.close();
});
