// The elements with a gateway's address and nothing else. The gateway here answers as its contract says and keeps notes.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { openPage, passTime } from "../support/browser.mjs";
import { eventually } from "../support/eventually.mjs";
import { card, claimButton, customEvent, STATUS, spoken, startStore } from "./store.mjs";

let store;
before(async () => {
  store = await startStore();
});
after(() => store?.stop());

/** A gateway at `path`: what it was asked, and how it answers an award. */
function startGateway(
  path,
  { isGuest = false, isOpaque = false, award = () => ({ status: 200, body: { points: 100, final: true } }) } = {},
) {
  const asked = [];
  const uses = [];
  const note = (what, answer) => (request) => {
    asked.push(what);
    return answer(request);
  };
  const rule = () =>
    customEvent(1, {
      name: "Like us",
      eventName: "like",
      pointsAmount: 100,
      usages: isGuest || isOpaque ? null : uses,
    });
  const rules = () => ({ status: 200, body: { earningRules: [rule()], currency: "EUR" } });
  const refused = { status: 401, body: { error: { code: "unauthorized", outcome: "not_applied" }, final: true } };
  const status = () => (isGuest ? refused : { status: 200, body: STATUS });
  store.host.route(`GET ${path}/earning-rules`, note("rules", rules));
  store.host.route(`GET ${path}/status`, note("status", status));
  const keys = [];
  store.host.route(`POST ${path}/events/like`, (request) => {
    keys.push(request.headers["idempotency-key"]);
    return award(uses, keys.length);
  });
  return { asked, keys };
}

const open = (path, options) =>
  openPage(
    store.browser,
    store.host.page({
      body: `<earnkit-rules gateway="${path}"><a slot="sign-in" href="#in">Sign in</a></earnkit-rules>`,
      script: `window.errors = []; addEventListener("earnkit-error", ({ detail }) => window.errors.push(detail.error.code));
        import "/element.js"; document.querySelector("earnkit-rules").actions = { like: () => {} };`,
    }),
    options,
  );

test("gateway alone: rules, level, an award under a key, the limit after it", async () => {
  const { asked, keys } = startGateway("/loyalty", {
    award: (uses) => {
      uses.push({ date: new Date().toISOString() });
      return { status: 200, body: { points: 100, final: true } };
    },
  });
  const { page, context, messages } = await open("/loyalty");
  await claimButton(page, "Like us").click();
  await spoken(page, "100 points earned, 1 of 2 used");
  assert.deepEqual(asked, ["rules", "status", "rules", "rules", "status"]);
  assert.equal(keys.length, 1);
  assert.match(keys[0], /^[\w-]{20,}$/);
  assert.deepEqual(messages, []);
  await context.close();
});

test("a customer whose token is opaque is no guest", async () => {
  startGateway("/opaque", { isOpaque: true });
  const { page, context, messages } = await open("/opaque");
  await claimButton(page, "Like us").click();
  await card(page, "Like us").getByText("100 points earned.").waitFor();
  await card(page, "Like us").getByText("Twice a day").waitFor();
  assert.equal(await page.getByRole("link", { name: "Sign in" }).isVisible(), false);
  assert.deepEqual(messages, []);
  await context.close();
});

test("a guest sees the rules and the place to sign in, and hears of no error", async () => {
  const { asked } = startGateway("/guest", { isGuest: true });
  const { page, context } = await open("/guest");
  await card(page, "Like us").getByText("Twice a day").waitFor();
  await page.getByRole("link", { name: "Sign in" }).waitFor();
  assert.equal(await claimButton(page, "Like us").count(), 0);
  assert.deepEqual(asked, ["rules", "status"]);
  assert.deepEqual(await page.evaluate(() => window.errors), []);
  await page.evaluate(() => {
    document.querySelector("earnkit-rules").token = null;
  });
  await eventually(
    () => asked.length,
    (count) => count > 2,
  );
  await page.getByRole("link", { name: "Sign in" }).waitFor();
  await page.evaluate(() => document.querySelector("earnkit-rules").refresh());
  assert.deepEqual(asked.slice(2), ["rules", "rules"]);
  await context.close();
});

test("Check again repeats an award that nobody knows of, under its key", async () => {
  const unknown = { status: 502, body: { error: { code: "server_error", outcome: "unknown" }, final: true } };
  const { keys } = startGateway("/torn", {
    award: (_, count) => (count === 1 ? unknown : { status: 200, body: { points: 100, final: true } }),
  });
  const { page, context } = await open("/torn", { prepare: (page) => page.clock.install() });
  await claimButton(page, "Like us").click();
  await passTime(page, card(page, "Like us").getByText("Not counted so far."));
  await page.getByRole("button", { name: "Check again: Like us" }).click();
  await card(page, "Like us").getByText("100 points earned.").waitFor();
  assert.equal(keys.length, 2);
  assert.equal(keys[0], keys[1]);
  await context.close();
});
