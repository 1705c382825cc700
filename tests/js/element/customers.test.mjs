// Claims and their customer: uses from elsewhere, another token, another place in the page, another customer, none.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";

import { passTime } from "../support/browser.mjs";
import { card, claimButton, startStore } from "./store.mjs";

const LOST = { fault: "html", method: "POST", path: "/customer/earningRule/" };
const CHILDREN = '<earnkit-rules URL><ul><li id="own">100 points for a like</li></ul></earnkit-rules>';

let store;
before(async () => {
  store = await startStore();
});
beforeEach(() => store.sandbox.reset());
after(() => store?.stop());

test("what was used elsewhere since the list was read is not taken for a claim", async () => {
  const { page, context, heard } = await store.open({ prepare: (page) => page.clock.install() });
  await claimButton(page, "Show your mug").waitFor();
  await store.sandbox.report(store.anna, "photo.shared");
  await store.sandbox.fault(LOST);
  await claimButton(page, "Show your mug").click();
  await passTime(page, card(page, "Show your mug").getByText("Not counted so far."));
  assert.deepEqual(await heard("points"), []);

  await store.sandbox.report(store.anna, "facebook_like");
  await claimButton(page, "Like us").click();
  await card(page, "Like us").getByText("Again tomorrow.").waitFor();
  await card(page, "Like us").getByText("100 points earned.").waitFor();
  await context.close();
});

test("a claim that is open stays so under another token and in another place, and is nobody else's", async () => {
  const { page, context } = await store.open({ prepare: (page) => page.clock.install() });
  await claimButton(page, "Like us").waitFor();
  await store.sandbox.fault(LOST);
  await claimButton(page, "Like us").click();
  await passTime(page, card(page, "Like us").getByText("Not counted so far."));
  const become = (token) =>
    page.evaluate((token) => {
      document.querySelector("earnkit-rules").token = () => token;
    }, token);
  await become(store.anna);
  await claimButton(page, "Like us").and(page.getByText("Check again")).waitFor();

  await page.evaluate(async () => {
    const element = document.querySelector("earnkit-rules");
    element.remove();
    for (let task = 0; task < 5; task++) await new Promise((resolve) => setTimeout(resolve));
    document.querySelector("main").append(element);
  });
  await claimButton(page, "Like us").and(page.getByText("Check again")).waitFor();

  await become(await store.sandbox.signIn("jan@example.com"));
  await claimButton(page, "Like us").and(page.getByText("Claim 100 points")).waitFor();
  await become(store.anna);
  await claimButton(page, "Like us").and(page.getByText("Check again")).waitFor();
  await store.sandbox.report(store.anna, "facebook_like");
  await claimButton(page, "Like us").click();
  await card(page, "Like us").getByText("It counted.").waitFor();
  await context.close();
});

test("without a token any more there are no cards, but what the page had before", async () => {
  const { page, context, messages } = await store.open({ body: CHILDREN });
  await claimButton(page, "Like us").waitFor();
  await page.evaluate(() => {
    const element = document.querySelector("earnkit-rules");
    element.token = undefined;
    // In the same task the button is still there.
    [...element.shadowRoot.querySelectorAll(".button")].find(({ ariaLabel }) => ariaLabel?.includes("Like us")).click();
  });
  await card(page, "Like us").waitFor({ state: "detached" });
  assert.equal(await page.locator("earnkit-rules .card").count(), 0);
  assert.equal(await page.locator("#own").isVisible(), true);
  assert.deepEqual(messages, []);
  await page.evaluate((token) => {
    document.querySelector("earnkit-rules").token = token;
  }, store.anna);
  await claimButton(page, "Like us").waitFor();
  assert.equal(await page.locator("#own").isVisible(), false);
  await context.close();
});

test("while another customer's rules are read, nothing of the one before can be pressed", async () => {
  const { page, context } = await store.open({});
  await claimButton(page, "Like us").waitFor();
  await store.sandbox.fault({ fault: "delay", delayMs: 1_000, method: "GET", path: "/customer/earningRule" });
  const jan = await store.sandbox.signIn("jan@example.com");
  await page.evaluate((token) => {
    document.querySelector("earnkit-rules").token = token;
  }, jan);
  await page.locator("earnkit-rules .list[inert]").waitFor({ state: "attached" });
  await page.locator("earnkit-rules .list:not([inert])").waitFor();
  await claimButton(page, "Like us").click();
  await card(page, "Like us").getByText("100 points earned.").waitFor();
  await context.close();
});
