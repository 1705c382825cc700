// Pictures to look at, in output/ (not kept). Nothing is compared: fonts differ from machine to machine.
import assert from "node:assert/strict";
import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { card, claimButton, openHood, startShop } from "../support/shop.mjs";

const OUTPUT = fileURLToPath(new URL("../output/", import.meta.url));

let shop;
before(async () => {
  await mkdir(OUTPUT, { recursive: true });
  shop = await startShop();
});
after(() => shop?.stop());

for (const colorScheme of ["light", "dark"]) {
  for (const [width, height] of [
    [360, 740],
    [1440, 900],
  ]) {
    test(`pictures: ${colorScheme}, ${width} px`, async () => {
      await shop.sandbox.reset();
      const { page, context } = await shop.open({ colorScheme, viewport: { width, height } });
      async function picture(name, fullPage = false) {
        const path = join(OUTPUT, `${name}-${width}-${colorScheme}.png`);
        await page.screenshot({ path, fullPage, animations: "disabled" });
        assert.ok((await stat(path)).size > 5_000);
      }
      await picture("list");
      await claimButton(page, "Like us").click();
      await card(page, "Like us").getByText("1 of 2 today").waitFor();
      await shop.sandbox.fault({ fault: "html", method: "POST", path: "/customer/earningRule/" });
      await claimButton(page, "Show your mug").click();
      await card(page, "Show your mug").getByText("Not confirmed yet").waitFor();
      await picture("claimed", true);
      if (width < 640) await page.getByRole("button", { name: /^Cart/ }).click();
      await picture("cart");
      await page.getByRole("button", { name: "Place order" }).click();
      await page.getByText("Thank you for your order").waitFor();
      await picture("order");
      if (width < 640) await page.keyboard.press("Escape");
      await page.getByLabel("Programme").selectOption("koomalooma");
      if (width < 640) await page.getByRole("button", { name: /^Cart/ }).click();
      await page.getByRole("button", { name: "Add: Classic mug" }).click();
      await page.getByRole("button", { name: "Place order" }).click();
      await page.locator("#commitments .card").waitFor({ state: "attached" });
      if (width < 640) await page.keyboard.press("Escape");
      await page.evaluate(() => scrollTo(0, 0));
      await picture("koomalooma");
      await page.getByLabel("Programme").selectOption("open-loyalty");
      await page.getByRole("radio", { name: "Guest" }).check();
      await page.getByText("Twice a day").waitFor();
      await picture("guest");
      await context.setOffline(true);
      await page.locator("#offline").waitFor();
      await picture("offline");
      await context.setOffline(false);
      await openHood(page);
      await page.locator("#hood").evaluate((hood) => hood.scrollIntoView());
      await picture("hood");
      await context.close();
    });
  }
}
