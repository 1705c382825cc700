// The page as static files alone, with both servers inside it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { launch, openPage } from "../support/browser.mjs";
import { startStaticHost } from "../support/demo.mjs";
import { eventually } from "../support/eventually.mjs";
import { balance, card, claimButton, openHood } from "../support/shop.mjs";

let host;
let browser;
before(async () => {
  host = await startStaticHost();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await host?.stop();
});

const open = () => openPage(browser, `${host.url}?sandbox`);
const ledger = (page) => page.locator('[data-table="ledger"] tbody tr').allInnerTexts();

test("static files are enough for everything on the page", async () => {
  const { page, context, messages, urls } = await open();
  const before = await balance(page);
  await claimButton(page, "Like us").click();
  await card(page, "Like us").getByText("100 points earned.").waitFor();
  await card(page, "Like us").getByText("1 of 2 today").waitFor();
  await eventually(
    () => balance(page),
    (points) => points === before + 100,
  );
  await page.getByRole("button", { name: "Place order" }).click();
  await page.getByText("Thank you for your order").waitFor();
  await eventually(
    () => balance(page),
    (points) => points === before + 137.35,
  );
  await page.getByRole("button", { name: "Add: Classic mug" }).click();
  await page.getByLabel("Programme").selectOption("koomalooma");
  await page.getByRole("button", { name: "Place order" }).click();
  await page.locator("#commitments").getByText("+9").waitFor();
  await page.getByLabel("Programme").selectOption("open-loyalty");
  await page.getByRole("radio", { name: "Guest" }).check();
  await page.getByText("Twice a day").waitFor();
  assert.equal(await page.getByRole("button", { name: /^Claim / }).count(), 0);
  await openHood(page);
  const rows = await ledger(page);
  assert.ok(rows.some((row) => /open-loyalty\s+event\s+facebook_like\s+100/.test(row)));
  assert.ok(rows.some((row) => /koomalooma\s+commitment\s+9\.90\s+9/.test(row)));
  assert.deepEqual(messages, []);
  assert.deepEqual(new Set(urls.map((url) => new URL(url).origin)), new Set([new URL(host.url).origin]));
  await context.close();
});

test("a server that hangs up after the award is settled: it counted, once", async () => {
  const { page, context } = await open();
  await openHood(page);
  const hangUp = page.getByRole("switch", { name: "Do it, then hang up" });
  await hangUp.check();
  await eventually(
    () => hangUp.isChecked(),
    (checked) => checked,
  );
  await claimButton(page, "Like us").click();
  const like = card(page, "Like us");
  await like.getByText("Not confirmed yet. We won't send it twice.").waitFor();
  await like.getByText("network · unknown").waitFor();
  await like.getByText("It counted.").waitFor();
  await like.getByText("1 of 2 today").waitFor();
  await eventually(
    () => ledger(page),
    (rows) => rows.filter((row) => row.includes("facebook_like")).length === 1,
  );
  await eventually(
    () => hangUp.isChecked(),
    (checked) => !checked,
  );
  await context.close();
});

test("the switches set a fault, take it back, and show who it is for", async () => {
  const { page, context } = await open();
  await openHood(page);
  const late = page.getByRole("switch", { name: "Answer 4 seconds late" });
  const web = page.getByRole("switch", { name: "Answer with a web page" });
  await late.check();
  await web.check();
  await late.uncheck();
  await page.getByLabel("These happen to the next").selectOption("list");
  assert.equal(await web.isChecked(), false);
  await page.getByLabel("These happen to the next").selectOption("award");
  await eventually(
    async () => [await late.isChecked(), await web.isChecked()],
    ([lateOn, webOn]) => !lateOn && webOn,
  );
  await page.getByRole("button", { name: "Reset the sandbox" }).click();
  await eventually(
    () => web.isChecked(),
    (checked) => !checked,
  );
  await context.close();
});

test("without its server and without the sandbox the page says what it needs", async () => {
  const { page, context } = await openPage(browser, host.url);
  await page.getByText("This page needs its server.").waitFor();
  await context.close();
});
