// <earnkit-rules> in Chromium: what it shows, what a claim comes to, and what it says when something is amiss.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";

import { passTime } from "../support/browser.mjs";
import { card, claimButton, spoken, startStore } from "./store.mjs";

let store;
before(async () => {
  store = await startStore();
});
beforeEach(() => store.sandbox.reset());
after(() => store?.stop());

const awards = async () => (await store.sandbox.ledger()).filter(({ kind }) => kind === "event");

test("a rule of each type is a card; a claim is one award, and what is left of the limit follows", async () => {
  const { page, context, messages, heard } = await store.open({});
  await claimButton(page, "Like us").waitFor();
  for (const [title, text] of [
    ["Points on everything", "1 point for every €1 you spend."],
    ["50 points for a teapot", "50 points when you buy teapot-glass or teapot-iron."],
    ["Double points on mugs", "Double points on mug-classic"],
    ["More points for organic tea", "1.5 times the points on origin: organic and triple points on harvest: first."],
    ["A tea sample with your order", "A gift comes with your order."],
    ["Your first order", "75 points with your first order."],
    ["Bring a friend", "When a friend you invited places their first order, you both get 150 points."],
    ["Visit our shop in Kraków", "20 points when you come within 250 m of the place."],
    ["Scan the code on the parcel", "7.25 points for scanning the code."],
    ["Seven days in a row", "Drop by on seven days in a row."],
  ]) {
    await card(page, title).getByText(text).waitFor();
    assert.equal(await card(page, title).getByRole("button").count(), 0, title);
  }
  await card(page, "Come to a tasting").getByText("Gold members", { exact: true }).waitFor();
  await card(page, "Vote for the next poster").getByText("ends in 3 days").waitFor();

  await claimButton(page, "Like us").click();
  await card(page, "Like us").getByText("100 points earned.").waitFor();
  await spoken(page, "100 points earned, 1 of 2 used");
  await card(page, "Like us").getByText("1 of 2 today").waitFor();
  await claimButton(page, "Like us").click();
  await card(page, "Like us").getByText("Again tomorrow.").waitFor();
  assert.equal(await claimButton(page, "Like us").count(), 0);
  assert.deepEqual(
    (await awards()).map(({ eventName, points }) => [eventName, points]),
    [
      ["facebook_like", 100],
      ["facebook_like", 100],
    ],
  );
  const [first] = await heard("points");
  assert.deepEqual([first.eventName, first.points, first.from], ["facebook_like", 100, "earnkit-rules"]);
  assert.equal((await heard("trigger")).length, 2);
  assert.deepEqual(messages, []);
  await context.close();
});

test("a click alone earns nothing: no action, an action that says no, one that fails, an objection", async () => {
  const rules = await store.sandbox.rules(store.anna);
  const eventOf = (title) => rules.find(({ name }) => name === title).eventName;
  const [poster, birthday] = [eventOf("Vote for the next poster"), eventOf("Tell us your birthday")];
  const { page, context, messages, heard } = await store.open({
    script: `
      element.actions = {
        facebook_like: () => new Promise((resolve) => { window.finish = resolve; }),
        "${poster}": () => Promise.reject(new Error("the dialog broke")),
        "${birthday}": () => {},
      };
      element.addEventListener("earnkit-trigger", (event) => {
        if (event.detail.eventName === "${birthday}") event.preventDefault();
      });`,
  });
  await claimButton(page, "Like us").click();
  await page.getByRole("button", { name: "Claiming…: Like us" }).waitFor();
  assert.deepEqual(await heard("trigger"), []);
  await page.evaluate(() => window.finish(false));
  await page.getByRole("button", { name: "Claim 100 points: Like us" }).waitFor();
  assert.equal(await claimButton(page, "Show your mug").count(), 0);

  await claimButton(page, "Vote for the next poster").click();
  await card(page, "Vote for the next poster").getByText("This didn't work. You can try again.").waitFor();
  assert.deepEqual(messages, ["thrown: the dialog broke"]);

  await claimButton(page, "Tell us your birthday").click();
  await page.waitForFunction(() => window.heard.some(({ name }) => name === "trigger"));
  await page.getByRole("button", { name: "Claim 50 points: Tell us your birthday" }).waitFor();
  assert.equal((await heard("trigger")).length, 1);
  assert.deepEqual(await awards(), []);
  await context.close();
});

test("an award whose answer is lost is not sent again; the customer's own uses tell that it counted", async () => {
  const { page, context, heard } = await store.open({ prepare: (page) => page.clock.install() });
  await claimButton(page, "Like us").waitFor();
  await store.sandbox.fault({ fault: "html", method: "POST", path: "/customer/earningRule/" });
  await claimButton(page, "Like us").click();
  await card(page, "Like us").getByText("Not confirmed yet. We won't send it twice.").waitFor();
  await passTime(page, card(page, "Like us").getByText("Not counted so far."));
  await claimButton(page, "Like us").and(page.getByText("Check again")).waitFor();
  await store.sandbox.report(store.anna, "facebook_like");
  await claimButton(page, "Like us").click();
  await card(page, "Like us").getByText("It counted.").waitFor();
  await spoken(page, "It counted, 1 of 2 used");
  assert.equal((await heard("error"))[0].error, "invalid_response unknown");
  assert.equal((await heard("points"))[0].points, null);
  assert.equal((await awards()).length, 1);
  await context.close();
});

test("a refusal is told in a sentence, with its code in small", async () => {
  const { page, context, heard } = await store.open({});
  await claimButton(page, "Like us").waitFor();
  await store.sandbox.fault({ fault: "status", status: 403, method: "POST", path: "/customer/earningRule/" });
  await claimButton(page, "Like us").click();
  await card(page, "Like us").getByText("Your account isn't allowed to do this.").waitFor();
  await card(page, "Like us").getByText("forbidden · not_applied").waitFor();
  assert.deepEqual(
    (await heard("error")).map(({ error, eventName }) => [error, eventName]),
    [["forbidden not_applied", "facebook_like"]],
  );
  await context.close();
});

test("a list that can't be read says why, and Retry reads it", async () => {
  await store.sandbox.fault({ fault: "status", status: 400, method: "GET", path: "/customer/earningRule" });
  const { page, context } = await store.open({});
  await page.getByText("The loyalty server didn't accept this.").waitFor();
  await page.getByText("rejected · not_applied").waitFor();
  await page.getByRole("button", { name: "Retry" }).click();
  await claimButton(page, "Like us").waitFor();
  await store.sandbox.fault({ fault: "status", status: 400, method: "GET", path: "/customer/earningRule" });
  await page.evaluate(() => document.querySelector("earnkit-rules").refresh());
  await page.getByText("This list may be out of date.").waitFor();
  await page.getByRole("button", { name: "Refresh" }).click();
  await page.getByText("This list may be out of date.").waitFor({ state: "hidden" });
  await context.close();
});

test("offline the list stays and nothing can be claimed; back online it is read again", async () => {
  const { page, context } = await store.open({});
  await claimButton(page, "Like us").waitFor();
  await context.setOffline(true);
  await page.getByText("You're offline.").waitFor();
  assert.equal(await claimButton(page, "Like us").getAttribute("aria-disabled"), "true");
  await claimButton(page, "Like us").click({ force: true });
  assert.deepEqual(await awards(), []);
  await store.sandbox.report(store.anna, "facebook_like");
  await context.setOffline(false);
  await card(page, "Like us").getByText("1 of 2 today").waitFor();
  await page.getByText("You're offline.").waitFor({ state: "hidden" });
  assert.equal(await claimButton(page, "Like us").getAttribute("aria-disabled"), null);
  await context.close();
});

test("a guest has no buttons, and the place to sign in; a token makes a customer", async () => {
  const { page, context } = await store.open({
    token: null,
    body: '<earnkit-rules URL><a slot="sign-in" href="#sign-in">Sign in</a></earnkit-rules>',
  });
  await page.getByText("Sign in to see your ways to earn.").waitFor();
  await page.getByRole("link", { name: "Sign in" }).waitFor();
  await page.evaluate((token) => {
    document.querySelector("earnkit-rules").token = token;
  }, store.anna);
  await claimButton(page, "Like us").waitFor();
  await page.getByRole("link", { name: "Sign in" }).waitFor({ state: "hidden" });
  await store.sandbox.fault({ fault: "status", status: 401, method: "POST", path: "/customer/earningRule/" });
  await claimButton(page, "Like us").click();
  await card(page, "Like us").getByText("Your session has ended. Sign in again to go on.").waitFor();
  await page.getByRole("link", { name: "Sign in" }).waitFor();
  assert.equal(await claimButton(page, "Like us").count(), 0);
  await context.close();
});

test("without a token, a server or rules nothing is asked", async () => {
  const { page, context, urls } = await store.open({
    token: undefined,
    body: '<earnkit-rules URL id="a"></earnkit-rules><earnkit-rules></earnkit-rules>',
    script: "element.token = undefined;",
  });
  await page.waitForFunction(() => customElements.get("earnkit-rules"));
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 300)));
  assert.deepEqual(
    urls.filter((url) => url.startsWith(store.sandbox.url)),
    [],
  );
  await context.close();
});

test("two elements of the same server and customer read once, and know of each other's claims", async () => {
  const { page, context } = await store.open({
    body: "<earnkit-rules URL></earnkit-rules><earnkit-rules URL></earnkit-rules>",
  });
  await claimButton(page, "Like us").nth(1).waitFor();
  const requests = await store.sandbox.requests();
  assert.equal(requests.filter(({ path }) => path.endsWith("/customer/earningRule")).length, 1);
  await claimButton(page, "Like us").first().click();
  await card(page, "Like us").nth(1).getByText("100 points earned.").waitFor();
  await spoken(page, "100 points earned, 1 of 2 used");
  assert.equal(await page.getByRole("status").filter({ hasText: "earned" }).count(), 1);
  await context.close();
});

test("filter chooses types and groups; chips let the visitor choose among what is left", async () => {
  const { page, context } = await store.open({
    body: '<earnkit-rules URL chips filter="actions qrcode"></earnkit-rules>',
  });
  await claimButton(page, "Like us").waitFor();
  await card(page, "Scan the code on the parcel").waitFor();
  assert.equal(await card(page, "Visit our shop in Kraków").count(), 0);
  assert.equal(await page.getByRole("radio").count(), 3);
  await page.getByRole("radio", { name: "Visits" }).check();
  await card(page, "Like us").waitFor({ state: "detached" });
  assert.equal(await page.locator(".card").count(), 1);
  await page.evaluate(() => document.querySelector("earnkit-rules").removeAttribute("filter"));
  await card(page, "Visit our shop in Kraków").waitFor();
  await page.getByRole("radio", { name: "All" }).check();
  await card(page, "Points on everything").waitFor();
  await context.close();
});

test("what a page sets before the class is there is not lost, and moving the element changes nothing", async () => {
  const { page, context } = await store.open({
    script: `
      const early = document.createElement("div");
      early.innerHTML = "<earnkit-late></earnkit-late>";
      const late = early.firstElementChild;
      Object.assign(late, { baseUrl: ${JSON.stringify(store.sandbox.url)}, token: element.token, actions: element.actions });
      document.querySelector("main").append(early);
      element.remove();
      customElements.define("earnkit-late", class extends customElements.get("earnkit-rules") {});
      await new Promise((resolve) => setTimeout(resolve));
      document.body.append(late);`,
  });
  await page.getByRole("button", { name: "Claim 100 points: Like us" }).waitFor();
  await context.close();
});
