import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";

import { assertAccessible } from "../support/axe.mjs";
import { takePicture } from "../support/pictures.mjs";
import { card, claimButton, openHood, startShop } from "../support/shop.mjs";

const WIDTHS = [
  { width: 360, height: 740 },
  { width: 1440, height: 900 },
];
const SCHEMES = ["light", "dark"];

let shop;
before(async () => {
  shop = await startShop();
});
beforeEach(() => shop.sandbox.reset());
after(() => shop?.stop());

/** Orders one thing more, by the cart's bar where there is one. */
async function orderFrom(page) {
  const bar = page.getByRole("button", { name: /^Cart/ });
  const isNarrow = await bar.isVisible();
  if (isNarrow) await bar.click();
  await page.getByRole("button", { name: "Add: Classic mug" }).click();
  await page.getByRole("button", { name: "Place order" }).click();
  await page.getByText("Thank you for your order").waitFor();
  if (isNarrow) await page.keyboard.press("Escape");
}

for (const colorScheme of SCHEMES) {
  for (const viewport of WIDTHS) {
    test(`axe finds nothing, and there are pictures: ${colorScheme}, ${viewport.width} px`, async () => {
      const { page, context } = await shop.open({ colorScheme, viewport });
      const picture = (name, options) => takePicture(page, `${name}-${viewport.width}-${colorScheme}`, options);
      await assertAccessible(page, "the list");
      await picture("list");
      await claimButton(page, "Like us").click();
      await card(page, "Like us").getByText("1 of 2 today").waitFor();
      await shop.sandbox.fault({ fault: "html", method: "POST", path: "/customer/earningRule/" });
      await claimButton(page, "Show your mug").click();
      await card(page, "Show your mug").getByText("Not confirmed yet").waitFor();
      await picture("claimed", { fullPage: true });
      await shop.sandbox.fault({ fault: "status", status: 403, method: "POST", path: "/customer/earningRule/" });
      await claimButton(page, "Like us").click();
      await card(page, "Like us").getByText("forbidden · not_applied").waitFor();
      await openHood(page);
      await assertAccessible(page, "won, unconfirmed and refused, under the hood");
      await page.locator("#hood").evaluate((hood) => hood.scrollIntoView());
      await picture("hood");
      await page.evaluate(() => scrollTo(0, 0));
      if (viewport.width < 640) await page.getByRole("button", { name: /^Cart/ }).click();
      await picture("cart");
      await page.getByRole("button", { name: "Place order" }).click();
      await page.getByText("Thank you for your order").waitFor();
      await assertAccessible(page, "the receipt");
      await picture("order");
      if (viewport.width < 640) await page.keyboard.press("Escape");
      await page.getByLabel("Programme").selectOption("koomalooma");
      await orderFrom(page);
      await page.locator("#commitments .card").waitFor();
      await assertAccessible(page, "the commitments");
      await picture("koomalooma");
      await page.getByLabel("Programme").selectOption("open-loyalty");
      await page.getByRole("radio", { name: "Guest" }).check();
      await page.getByText("Twice a day").waitFor();
      await picture("guest");
      await context.setOffline(true);
      await page.locator("#offline").waitFor();
      await assertAccessible(page, "a guest, offline");
      await picture("offline");
      await context.close();
    });
  }
}

test("everything can be done with the keyboard", async () => {
  const { page, context } = await shop.open();
  await page.evaluate(() => {
    window.active = () => {
      let active = document.activeElement;
      while (active.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
      return active;
    };
  });
  const focused = () =>
    page.evaluate(() => {
      const active = window.active();
      const label = active.labels?.[0]?.innerText ?? active.textContent;
      return active.getAttribute("aria-label") ?? label.trim();
    });
  /** Presses Tab until the focus is on what is wanted, and checks on the way that it can be seen. */
  async function tabTo(wanted) {
    for (let presses = 0; presses < 80; presses++) {
      await page.keyboard.press("Tab");
      const outline = await page.evaluate(() => {
        const element = window.active();
        const shown = element.matches("[type=radio]") ? element.nextElementSibling : element;
        const { outlineStyle, outlineWidth } = getComputedStyle(shown);
        return element === document.body ? "left the page" : `${outlineStyle} ${outlineWidth}`;
      });
      if (outline !== "left the page") assert.match(outline, /^(solid|auto) [2-9]px$/, await focused());
      if (wanted.test(await focused())) return;
    }
    assert.fail(`the focus never reached ${wanted}`);
  }

  await tabTo(/^Skip to the ways to earn$/);
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await page.keyboard.press("ArrowRight");
  assert.equal(await page.getByRole("radio", { name: "Actions" }).isChecked(), true);
  await tabTo(/^Claim 100 points: Like us$/);
  await page.keyboard.press("Enter");
  await card(page, "Like us").getByText("1 of 2 today").waitFor();
  assert.equal(await focused(), "Claim 100 points: Like us");
  await tabTo(/^One less: Classic mug$/);
  await page.keyboard.press("Enter");
  assert.equal(await focused(), "Add: Classic mug");
  await page.keyboard.press("Enter");
  assert.equal(await focused(), "One more: Classic mug");
  await tabTo(/^Place order$/);
  await page.keyboard.press("Enter");
  await page.locator(".receipt").getByText("Thank you for your order").waitFor();
  assert.match(await focused(), /^Thank you/);
  await tabTo(/^Under the hood$/);
  await page.keyboard.press("Enter");
  await tabTo(/^Cut the line/);
  const cut = (pressed) => page.getByRole("button", { name: /^Cut the line/, pressed });
  const silent = page.getByRole("switch", { name: "Do it, then fall silent" });
  await page.keyboard.press("Space");
  await cut(true).waitFor();
  assert.equal(await silent.isChecked(), true);
  await page.keyboard.press("Space");
  await cut(false).waitFor();
  assert.equal(await silent.isChecked(), false);
  await page.keyboard.press("Space");
  await cut(true).waitFor();
  await tabTo(/^Do it, then fall silent$/);
  await page.keyboard.press("Space");
  await cut(false).waitFor();
  assert.equal(await silent.isChecked(), false);
  assert.equal(await focused(), "Do it, then fall silent");
  await context.close();
});

test("nothing is wider than 320 px, nor than a page at 200 %", async () => {
  for (const options of [
    { viewport: { width: 320, height: 640 } },
    { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 },
    { viewport: { width: 720, height: 450 }, deviceScaleFactor: 2 },
  ]) {
    const { page, context } = await shop.open(options);
    const { width } = options.viewport;
    const assertFits = async (where) => {
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width, `${where} at ${width} px`);
    };
    await assertFits("the list");
    await openHood(page);
    await assertFits("under the hood");
    await page.getByRole("radio", { name: "Guest" }).check();
    await page.getByText("Twice a day").waitFor();
    await assertFits("a guest");
    await context.close();
  }
});

test("targets are 44 px", async () => {
  for (const viewport of WIDTHS) {
    const { page, context } = await shop.open({ viewport });
    await openHood(page);
    if (viewport.width < 640) await page.getByRole("button", { name: /^Cart/ }).click();
    const small = await page.evaluate(() =>
      [document, document.querySelector("earnkit-rules").shadowRoot]
        .flatMap((root) => [...root.querySelectorAll("button, select, summary, input, a[href]:not(.skip)")])
        .map((element) => (element.matches("[type=checkbox]") ? element.closest("label") : element))
        .filter((element) => element.checkVisibility())
        .map((element) => [element.outerHTML.slice(0, 80), element.getBoundingClientRect()])
        .filter(([, { width, height }]) => height < 44 || width < 44)
        .map(([html, { width, height }]) => `${html}: ${width} × ${height}`),
    );
    assert.deepEqual(small, []);
    await context.close();
  }
});

test("under forced colours borders and choices stay visible", async () => {
  const { page, context } = await shop.open({ forcedColors: "active" });
  const borders = await page.evaluate(() =>
    [".card", ".button:not([hidden])", ".chip", ".cart-panel", ".step"].map((selector) => {
      const rules = document.querySelector("earnkit-rules").shadowRoot;
      const element = rules.querySelector(selector) ?? document.querySelector(selector);
      const { borderTopStyle, borderTopWidth } = getComputedStyle(element);
      return `${selector} ${borderTopStyle} ${borderTopWidth}`;
    }),
  );
  assert.deepEqual(borders, [
    ".card solid 1px",
    ".button:not([hidden]) solid 1px",
    ".chip solid 1px",
    ".cart-panel solid 1px",
    ".step solid 1px",
  ]);
  const [chosen, other] = await page.evaluate(() =>
    ["input:checked + span", "input:not(:checked) + span"].map(
      (selector) =>
        getComputedStyle(document.querySelector("earnkit-rules").shadowRoot.querySelector(selector)).backgroundColor,
    ),
  );
  assert.notEqual(chosen, other);
  await context.close();
});
