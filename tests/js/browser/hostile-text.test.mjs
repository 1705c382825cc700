// Whatever a server sends stays text.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { openPage } from "../support/browser.mjs";
import { card, listed, startShop } from "../support/shop.mjs";

const MARKUP = '<img src="x" onerror="window.hacked=1"><script>window.hacked=1</script></li><b>bold</b>';
const LONG = "W".repeat(5_000);
const REVERSED = "\u202Egnihtemos txet";

let shop;
before(async () => {
  shop = await startShop();
});
after(() => shop?.stop());

/** Opens the page with an answer of the server that `change` has had its hands on. */
function openChanged(change, options) {
  return openPage(shop.browser, shop.demo.url, {
    ...options,
    prepare: (page) =>
      page.route("**/loyalty/earning-rules", async (route) => {
        if (route.request().method() !== "GET") return route.continue();
        const response = await route.fetch();
        const answer = await response.json();
        change(answer);
        return route.fulfill({ response, json: answer });
      }),
  });
}

const find = (answer, name) => answer.earningRules.find((rule) => rule.name === name);

test("markup in every text of a rule is shown as it is", async () => {
  const { page, context, messages } = await openChanged((answer) => {
    answer.currency = MARKUP;
    for (const rule of answer.earningRules) {
      rule.description = MARKUP;
      for (const names of [rule.levelNames, rule.segmentNames, rule.posNames]) {
        for (const id of Object.keys(names)) names[id] = MARKUP;
      }
      if (rule.type === "event" || rule.type === "referral") rule.eventName = MARKUP;
      if (rule.type === "streak") rule.type = MARKUP;
      if (rule.skuIds) rule.skuIds = [MARKUP];
      rule.excludedLabels &&= [{ key: MARKUP, value: MARKUP }];
      rule.labelMultipliers &&= [{ key: MARKUP, value: MARKUP, multiplier: 2 }];
      if (rule.name !== "Like us") rule.name = `${rule.name} ${MARKUP}`;
    }
  });
  await card(page, "Like us").waitFor();
  await listed(page);
  assert.ok((await page.locator("#ways .card").count()) >= 12);
  assert.equal(await page.locator("#ways .card :is(img, script, b)").count(), 0);
  assert.equal(await page.evaluate(() => window.hacked), undefined);
  await page
    .getByRole("heading", { name: `Take the tea quiz ${MARKUP}` })
    .first()
    .waitFor();
  assert.ok((await card(page, "Like us").innerText()).includes(MARKUP));
  assert.deepEqual(messages, []);
  await context.close();
});

test("long words, reversed text and huge numbers keep the page's shape", async () => {
  for (const width of [320, 1440]) {
    const { page, context } = await openChanged(
      (answer) => {
        find(answer, "Like us").description = LONG;
        find(answer, "Tell us your birthday").name = LONG;
        find(answer, "Take the tea quiz").name = REVERSED;
        find(answer, "Show your mug").pointsAmount = 1e300;
        find(answer, "Points on everything").pointValue = 123456789012345.67;
        find(answer, "Read our newsletter").eventName = LONG;
      },
      { viewport: { width, height: 800 } },
    );
    await card(page, "Like us").waitFor();
    await listed(page);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
    const overflowing = await page.evaluate(() =>
      [...document.querySelector("earnkit-rules").shadowRoot.querySelectorAll(".card")]
        .filter((item) => item.scrollWidth > item.clientWidth)
        .map((item) => item.textContent.slice(0, 60)),
    );
    assert.deepEqual(overflowing, []);
    await context.close();
  }
});

test("a rule without a name, without levels, or with a level that is gone has its card", async () => {
  const { page, context, messages } = await openChanged((answer) => {
    find(answer, "Like us").name = "";
    const quiz = find(answer, "Take the tea quiz");
    quiz.levelNames = [];
    const vote = find(answer, "Vote for the next poster");
    Object.assign(vote, { levels: [], levelNames: [], endAt: "2199-01-01T00:00:00+0100" });
    find(answer, "Show your mug").limit = { active: true, period: "fortnight", limit: 2 };
  });
  await card(page, "Take the tea quiz").waitFor();
  await page.getByRole("button", { name: "Claim 100 points: Actions" }).waitFor();
  await card(page, "Take the tea quiz").getByText("Members of an earlier level").waitFor();
  assert.equal(await card(page, "Take the tea quiz").getByRole("button").count(), 0);
  assert.doesNotMatch(await card(page, "Vote for the next poster").innerText(), /ends|members/);
  assert.doesNotMatch(await card(page, "Show your mug").innerText(), /of 2/);
  assert.deepEqual(messages, []);
  await context.close();
});
