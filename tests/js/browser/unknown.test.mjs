// An award whose outcome nobody knows: never sent again, and settled by the customer's own uses.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";

import { passTime } from "../support/browser.mjs";
import { eventually } from "../support/eventually.mjs";
import { balance, card, claimButton, openHood, startShop } from "../support/shop.mjs";

const AWARD = { method: "POST", path: "/customer/earningRule/" };
const AWARDS_OF_PAGE = "**/loyalty/events/*";
const NOT_CONFIRMED = "Not confirmed yet. We won't send it twice.";

let shop;
before(async () => {
  shop = await startShop();
});
beforeEach(() => shop.sandbox.reset());
after(() => shop?.stop());

const events = async () => (await shop.sandbox.ledger()).filter(({ kind }) => kind === "event");
const sent = async () =>
  (await shop.sandbox.requests()).filter(({ method, path }) => method === "POST" && path.includes(AWARD.path));

/** Opens a page whose time the test has pass. */
const openTimed = (prepare) =>
  shop.open({
    prepare: async (page) => {
      await page.clock.install();
      await prepare?.(page);
    },
  });

/** Opens such a page whose awards are held on their way, so that only the test decides whether they arrive. */
const openHeld = () => openTimed((page) => page.route(AWARDS_OF_PAGE, () => null));

test("a line that is cut in the middle of an award is settled: it counted", async () => {
  const { page, context } = await openTimed();
  const before = await balance(page);
  await openHood(page);
  const cut = (pressed) => page.getByRole("button", { name: "Cut the line in the middle of the next award", pressed });
  await cut(false).click();
  await cut(true).waitFor();
  await claimButton(page, "Like us").click();
  const like = card(page, "Like us");
  await passTime(page, like.getByText(NOT_CONFIRMED));
  await like.getByText("timeout · unknown").waitFor();
  await page.getByRole("status").filter({ hasText: NOT_CONFIRMED }).waitFor();
  assert.equal(await balance(page), before);
  await like.getByText("It counted.").waitFor();
  await like.getByText("1 of 2 today").waitFor();
  await eventually(
    () => balance(page),
    (points) => points === before + 100,
  );
  assert.equal((await events()).length, 1);
  assert.equal((await sent()).length, 1);
  await cut(false).waitFor();
  await context.close();
});

test("an award that arrives late is not claimed twice: until then it counts as not counted so far", async () => {
  const { page, context } = await openHeld();
  await claimButton(page, "Like us").click();
  const like = card(page, "Like us");
  await passTime(page, like.getByText(NOT_CONFIRMED));
  await passTime(page, like.getByText("Not counted so far."));
  await like.getByText("timeout · unknown").waitFor();
  await page.getByRole("status").filter({ hasText: "Not counted so far." }).waitFor();
  assert.deepEqual(await like.getByRole("button").allInnerTexts(), ["Check again"]);
  await page.clock.fastForward(20_000);
  await like.getByRole("button", { name: "Check again: Like us" }).click();
  await like.getByText("Not counted so far.").waitFor();
  assert.equal(await claimButton(page, "Like us").count(), 0);

  await shop.sandbox.report(await shop.sandbox.signIn("anna@example.com"), "facebook_like");
  await like.getByRole("button", { name: "Check again: Like us" }).click();
  await like.getByText("It counted.").waitFor();
  await like.getByText("1 of 2 today").waitFor();
  await claimButton(page, "Like us").waitFor();
  assert.equal((await events()).length, 1);
  await context.close();
});

test("an award that has not counted after a minute is looked for once more, and then the visitor decides", async () => {
  const { page, context } = await openHeld();
  await claimButton(page, "Like us").click();
  const like = card(page, "Like us");
  await passTime(page, like.getByText("Not counted so far."));
  assert.equal(await claimButton(page, "Like us").count(), 0);
  await page.clock.fastForward(60_000);
  await like.getByText("Not counted after a minute").waitFor();
  await like.getByText("if the first one arrives after all, both count").waitFor();
  assert.equal((await events()).length, 0);

  await page.unroute(AWARDS_OF_PAGE);
  const anna = await shop.sandbox.signIn("anna@example.com");
  await page.route(AWARDS_OF_PAGE, async (route) => {
    // The first one arrives after all, when the second is on its way.
    await shop.sandbox.report(anna, "facebook_like");
    await route.continue();
  });
  await claimButton(page, "Like us").click();
  await like.getByText("It counted 2 times.").waitFor();
  await like.getByText("2 of 2 today").waitFor();
  assert.equal((await events()).length, 2);
  await context.close();
});

test("an answer that is cut off after its status: it counted, told at once", async () => {
  await shop.sandbox.fault({ fault: "truncate", ...AWARD });
  const { page, context } = await shop.open();
  await claimButton(page, "Like us").click();
  const like = card(page, "Like us");
  await like.getByText("It counted.").waitFor();
  assert.match(await like.innerText(), /\w+ · applied/);
  await like.getByText("1 of 2 today").waitFor();
  assert.equal((await events()).length, 1);
  await context.close();
});

test("a captive portal's page is no award", async () => {
  await shop.sandbox.fault({ fault: "html", ...AWARD });
  const { page, context } = await openTimed();
  await claimButton(page, "Like us").click();
  const like = card(page, "Like us");
  await like.getByText(NOT_CONFIRMED).waitFor();
  await passTime(page, like.getByText("Not counted so far."));
  assert.equal(await claimButton(page, "Like us").count(), 0);
  assert.equal((await events()).length, 0);
  await context.close();
});

test("where the uses can't be read either, the visitor may look again", async () => {
  await shop.sandbox.fault({ fault: "stall_headers", ...AWARD });
  const { page, context } = await openTimed();
  await shop.sandbox.fault({ fault: "status", status: 404, count: 50, method: "GET", path: "/customer/earningRule" });
  await claimButton(page, "Like us").click();
  const like = card(page, "Like us");
  await passTime(page, like.getByText("Still not confirmed, and not sent again."));
  await page.getByText("This list may be out of date.").waitFor();
  await shop.sandbox.clearFaults();
  await page.getByRole("button", { name: "Check again: Like us" }).click();
  await passTime(page, like.getByText("It counted."));
  assert.equal((await sent()).length, 1);
  await context.close();
});

test("whatever a browser does when the server hangs up, the page shows what the ledger holds", async () => {
  await shop.sandbox.fault({ fault: "apply_then_drop", ...AWARD });
  const { page, context } = await shop.open();
  await claimButton(page, "Like us").click();
  const like = card(page, "Like us");
  await like.getByText(/counted|earned/).waitFor();
  const booked = (await events()).length;
  assert.ok(booked >= 1);
  await like.getByText(`${booked} of 2 today`).waitFor();
  await like.getByText(booked > 1 ? `It counted ${booked} times.` : "It counted.").waitFor();
  await context.close();
});
