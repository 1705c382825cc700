// The elements for everyone: axe in light and dark, the keyboard alone, names and announcements, zoom, narrow screens,
// forced colours, less motion, and colours and fonts of the page's own.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";

import { assertAccessible } from "../support/axe.mjs";
import { card, claimButton, spoken, startStore } from "./store.mjs";

const BODY =
  '<p><a href="#top">Before</a></p><earnkit-estimate URL breakdown sku="mug-classic" gross-value="9.90"></earnkit-estimate><earnkit-rules URL chips></earnkit-rules><p><a href="#end">After</a></p>';
const LIGHT = "";
const DARK = "html { background: #131412; color: #edece8; } a { color: inherit; }";
const MODERN = "html { background: oklch(0.2 0.01 150); color: oklch(0.95 0.01 90); } a { color: inherit; }";

let store;
before(async () => {
  store = await startStore();
});
beforeEach(() => store.sandbox.reset());
after(() => store?.stop());

const accent = (page) =>
  page
    .locator(".card .figure")
    .first()
    .evaluate((figure) => getComputedStyle(figure).color);

for (const [name, css, options, colour] of [
  ["an unstyled page", LIGHT, {}, "rgb(31, 107, 79)"],
  ["a dark page", DARK, {}, "rgb(124, 203, 165)"],
  ["a dark page in modern colours", MODERN, {}, "rgb(124, 203, 165)"],
  ["320 px", LIGHT, { viewport: { width: 320, height: 700 } }, "rgb(31, 107, 79)"],
  ["200 % zoom", LIGHT, { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 }, "rgb(31, 107, 79)"],
  ["forced colours", LIGHT, { forcedColors: "active" }, undefined],
]) {
  test(`axe finds nothing: ${name}`, async () => {
    const { page, context } = await store.open({ body: BODY, css, ...options });
    await claimButton(page, "Like us").waitFor();
    if (colour) assert.equal(await accent(page), colour);
    const { width } = page.viewportSize();
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= width);
    await assertAccessible(page, "the list");
    await claimButton(page, "Like us").click();
    await card(page, "Like us").getByText("1 of 2 today").waitFor();
    await store.sandbox.fault({ fault: "html", method: "POST", path: "/customer/earningRule/" });
    await claimButton(page, "Show your mug").click();
    await card(page, "Show your mug").getByText("Not confirmed yet").waitFor();
    await store.sandbox.fault({ fault: "status", status: 403, method: "POST", path: "/customer/earningRule/" });
    await claimButton(page, "Like us").click();
    await card(page, "Like us").getByText("forbidden · not_applied").waitFor();
    await context.setOffline(true);
    await page.getByText("You're offline.").waitFor();
    await assertAccessible(page, "won, unconfirmed, refused and offline");
    await context.close();
  });
}

test("light text is recognised in whatever notation", async () => {
  const { page, context } = await store.open({
    body: "<earnkit-rules></earnkit-rules>",
    script: "element.rules = [];",
  });
  await page.getByText("No ways to earn right now.").waitFor();
  for (const [scheme, colours] of Object.entries({
    dark: [
      "#edece8",
      "color(display-p3 0.93 0.92 0.9)",
      "color(rec2020 0.9 0.9 0.9)",
      "color(a98-rgb 0.9 0.9 0.9)",
      "color(xyz-d65 0.8 0.85 0.9)",
      "color(srgb-linear 0.8 0.8 0.8)",
      "lab(95 -2 3)",
      "lch(95% 2 none)",
      "oklab(0.95 -0.01 0.01)",
      "oklch(0.95 0.01 90)",
      "hwb(90 90% 5%)",
    ],
    light: [
      "#1c1b19",
      "color(display-p3 0.1 0.1 0.1)",
      "color(rec2020 0.1 0.1 0.1)",
      "color(a98-rgb 0.1 none 0.1)",
      "color(xyz-d50 0.01 0.01 0.01)",
      "color(srgb-linear 0.01 0.01 1e-7)",
      "lab(10 -2 3)",
      "lch(10% 2 none)",
      "oklab(none -0.01 0.01)",
      "oklch(0.2 0.01 90)",
      "hwb(90 5% 90%)",
    ],
  })) {
    for (const colour of colours) {
      await page.evaluate(
        ([colour, other]) => {
          document.querySelector("earnkit-rules").shadowRoot.querySelector(".root").dataset.scheme = other;
          document.documentElement.style.color = colour;
        },
        [colour, scheme === "dark" ? "light" : "dark"],
      );
      await page
        .locator(`earnkit-rules .root[data-scheme=${scheme}]`)
        .waitFor({ state: "attached" })
        .catch((error) => {
          throw new Error(colour, { cause: error });
        });
    }
  }
  await context.close();
});

test("with the keyboard alone: every control in order, the focus never lost, targets of 44 px", async () => {
  const { page, context } = await store.open({ body: BODY });
  await claimButton(page, "Like us").waitFor();
  const focused = () =>
    page.evaluate(() => {
      let active = document.activeElement;
      while (active.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
      return active.ariaLabel ?? active.value ?? active.textContent;
    });
  await page.getByRole("link", { name: "Before" }).focus();
  await page.keyboard.press("Tab");
  assert.equal(await focused(), "all");
  await page.keyboard.press("ArrowRight");
  assert.equal(await focused(), "actions");
  await card(page, "Points on everything").waitFor({ state: "detached" });
  await page.keyboard.press("Tab");
  assert.equal(await focused(), "Claim 100 points: Like us");
  const outline = await claimButton(page, "Like us").evaluate((button) => getComputedStyle(button).outlineStyle);
  assert.equal(outline, "solid");
  const { height } = await claimButton(page, "Like us").boundingBox();
  assert.ok(height >= 44);
  await page.keyboard.press("Enter");
  await spoken(page, "100 points earned, 1 of 2 used");
  assert.equal(await focused(), "Claim 100 points: Like us");
  await page.keyboard.press("Space");
  await card(page, "Like us").getByText("Again tomorrow.").waitFor();
  assert.equal(await focused(), "Again tomorrow.");
  await page.keyboard.press("Tab");
  assert.match(await focused(), /^Claim 50 points: /);
  await context.close();
});

test("a page's own theme, changed while it is open, and its font are followed", async () => {
  const { page, context } = await store.open({
    body: BODY,
    css: `html { font-family: Georgia; } html.dark { background: #131412; color: #edece8; }
      earnkit-rules.own { --earnkit-accent: rgb(90, 30, 120); --earnkit-radius: 0; }
      earnkit-rules.own::part(card) { border-width: 3px; }`,
  });
  await claimButton(page, "Like us").waitFor();
  await page.evaluate(() => document.documentElement.classList.add("dark"));
  await page.waitForFunction(
    () =>
      getComputedStyle(document.querySelector("earnkit-rules").shadowRoot.querySelector(".figure")).color ===
      "rgb(124, 203, 165)",
  );
  await page.evaluate(() => {
    document.documentElement.classList.remove("dark");
    document.querySelector("earnkit-rules").classList.add("own");
  });
  await page.waitForFunction(
    () => document.querySelector("earnkit-rules").shadowRoot.querySelector(".root").dataset.scheme === "light",
  );
  assert.equal(await accent(page), "rgb(90, 30, 120)");
  const style = await page
    .locator(".card")
    .first()
    .evaluate((element) => {
      const { borderTopWidth, borderTopLeftRadius, fontFamily } = getComputedStyle(element);
      return { borderTopWidth, borderTopLeftRadius, fontFamily };
    });
  assert.deepEqual(style, { borderTopWidth: "3px", borderTopLeftRadius: "0px", fontFamily: "Georgia" });
  await context.close();
});

test("the page's language is followed while it is open; less motion is no motion", async () => {
  const { page, context } = await store.open({ body: BODY, reducedMotion: "reduce" });
  await claimButton(page, "Like us").waitFor();
  const duration = await page
    .locator(".card")
    .first()
    .evaluate((element) => getComputedStyle(element).transitionDuration);
  assert.equal(duration, "0s");
  await page.evaluate(() => {
    document.documentElement.lang = "pl";
  });
  await page.getByRole("button", { name: "Odbierz 100 punktów: Like us" }).waitFor();
  await page.getByText("Otrzymasz około 19,80 punktu").first().waitFor();
  await page.getByRole("radio", { name: "Wszystko" }).waitFor();
  await page.evaluate(() => {
    document.querySelector("earnkit-rules").lang = "de-AT";
    document.querySelector("earnkit-rules").pointsName = "Perle|Perlen";
  });
  await page.getByRole("button", { name: "100 Perlen sichern: Like us" }).waitFor();
  await page.getByRole("button", { name: "100 Perlen sichern: Like us" }).click();
  await spoken(page, "100 Perlen erhalten, 1 von 2 genutzt");
  await context.close();
});
