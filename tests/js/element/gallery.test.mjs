// The demo's gallery: three themes, a page in React with its types, and plain HTML; each with the code that it takes.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { assertAccessible } from "../support/axe.mjs";
import { launch, openPage } from "../support/browser.mjs";
import { run } from "../support/consumer.mjs";
import { startStaticHost } from "../support/demo.mjs";

const REACT = fileURLToPath(new URL("../../../www/gallery/react", import.meta.url));
const BUNDLE = fileURLToPath(new URL("../../../xtask/npm/gallery.mjs", import.meta.url));
const COMPILER = createRequire(import.meta.url)
  .resolve("typescript/package.json")
  .replace("package.json", "bin/tsc");

let host;
let browser;
before(async () => {
  await run(process.execPath, [BUNDLE, REACT]);
  host = await startStaticHost();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await host?.stop();
});

test("the page in React has the types of its elements, and they refuse what is wrong", async () => {
  await run(process.execPath, [COMPILER, "--project", REACT]);
  const wrong = run(process.execPath, [COMPILER, "--project", fileURLToPath(new URL("react-wrong/", import.meta.url))]);
  await assert.rejects(wrong, /not assignable to type 'Action'/);
});

for (const colorScheme of ["light", "dark"]) {
  test(`every shop has its cards, its look and its code: ${colorScheme}`, async () => {
    const { page, context, messages } = await openPage(browser, `${host.url}gallery.html`, { colorScheme });
    const shop = (name) => page.locator(`section[aria-labelledby="${name}"]`);
    for (const [name, card, code] of [
      ["paper", "Claim 100 points: Like us", "--earnkit-accent: #8a1c5b"],
      ["night", "Odbierz 100 punktów: Like us", ".night earnkit-rules::part(button)"],
      ["kiosk", "100 Perlen sichern: Like us", "--earnkit-gap: 0"],
      ["react", "Claim 100 points: Like us", "onearnkit-points={({ detail }) =>"],
    ]) {
      await shop(name).getByRole("button", { name: card }).waitFor();
      await shop(name).locator("code").getByText(code).waitFor();
    }
    await shop("plain").getByText("You'll earn about 19.80 points").first().waitFor();
    await shop("plain").locator("code").getByText("element.min.js").waitFor();
    await shop("react").getByRole("button", { name: "Claim 100 points: Like us" }).click();
    await shop("react").locator("output").getByText("100").waitFor();
    await shop("kiosk").getByText("1 von 2 heute").waitFor();
    const accents = await page.evaluate(() =>
      [...document.querySelectorAll(".shop > earnkit-rules")].slice(0, 3).map((element) => {
        return getComputedStyle(element.shadowRoot.querySelector(".figure")).color;
      }),
    );
    assert.equal(new Set(accents).size, 3);
    await assertAccessible(page, colorScheme);
    await page.setViewportSize({ width: 320, height: 700 });
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320);
    assert.deepEqual(messages, []);
    await context.close();
  });
}
