// Pictures to look at, in output/ (not kept); those in docs/element/ were made here. Nothing is compared: fonts differ
// from machine to machine.
import { after, before, beforeEach, test } from "node:test";

import { takePicture } from "../support/pictures.mjs";
import { card, claimButton, startStore } from "./store.mjs";

const BODY = `
  <p>Classic mug, €9.90</p>
  <earnkit-estimate URL sku="mug-classic" gross-value="9.90"></earnkit-estimate><br>
  <earnkit-rules URL chips></earnkit-rules>`;

let store;
before(async () => {
  store = await startStore();
});
beforeEach(() => store.sandbox.reset());
after(() => store?.stop());

for (const [name, options] of [
  ["light", {}],
  ["dark", { css: "html { background: #131412; color: #edece8; font-family: system-ui; }", lang: "pl" }],
  ["narrow", { viewport: { width: 320, height: 900 }, css: "html { font-family: Georgia, serif; }", lang: "de" }],
  [
    "themed",
    {
      css: `html { background: #fff7f0; color: #2b1a33; font-family: system-ui; }
        earnkit-rules, earnkit-estimate { --earnkit-accent: #8a1c5b; --earnkit-surface: #fff; --earnkit-line: #f0d9cf;
          --earnkit-radius: 0; --earnkit-button-radius: 22px; --earnkit-gap: 8px; }
        earnkit-rules::part(card) { border-width: 0 0 3px; }
        earnkit-rules::part(title) { font-family: Georgia, serif; }`,
    },
  ],
]) {
  test(`pictures: ${name}`, async () => {
    const { page, context } = await store.open({ body: BODY, viewport: { width: 800, height: 640 }, ...options });
    await claimButton(page, "Like us").click();
    await card(page, "Like us").locator(".notice").waitFor();
    await store.sandbox.fault({ fault: "status", status: 503, method: "POST", path: "/customer/earningRule/" });
    await claimButton(page, "Tell us your birthday").click();
    await card(page, "Tell us your birthday").locator("[data-tone=warn]").waitFor();
    await page.evaluate(() => scrollTo(0, 0));
    await takePicture(page, `element-${name}`);
    await context.close();
  });
}
