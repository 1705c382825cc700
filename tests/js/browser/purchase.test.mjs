// Orders that Open Loyalty counts as purchases.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";

import { eventually } from "../support/eventually.mjs";
import { balance, openHood, startShop } from "../support/shop.mjs";

const PURCHASE = { method: "POST", path: "/transaction" };

let shop;
before(async () => {
  shop = await startShop();
});
beforeEach(() => shop.sandbox.reset());
after(() => shop?.stop());

const purchases = async () => (await shop.sandbox.ledger()).filter(({ kind }) => kind === "transaction");
const receipt = (page) => page.locator(".receipt");
const place = (page) => page.getByRole("button", { name: "Place order" }).click();

test("an order is booked as a purchase, past the page, and moves the balance", async () => {
  const { page, context, urls } = await shop.open();
  const before = await balance(page);
  await place(page);
  await receipt(page).getByText("Thank you for your order").waitFor();
  assert.match(await receipt(page).innerText(), /Total\s+€27\.45\s.*Points booked\s+37\.35/s);
  await page.getByRole("status").filter({ hasText: "37.35 points booked." }).waitFor();
  await eventually(
    () => balance(page),
    (points) => points === before + 37.35,
  );
  const [booked, ...others] = await purchases();
  assert.deepEqual([booked.points, booked.grossValue, others.length], [37.35, 27.45, 0]);
  assert.match(booked.documentNumber, /^KC-\d+$/);
  await openHood(page);
  const rows = await page.locator('[data-table="ledger"] tbody tr').allInnerTexts();
  assert.ok(rows.some((row) => row.includes(booked.documentNumber) && row.includes("37.35")));
  assert.ok(!urls.some((url) => /transaction|admin/.test(url)));
  await context.close();
});

test("a purchase that nobody knows of is not booked again", async () => {
  for (const [fault, told] of [
    [{ fault: "apply_then_drop" }, "network · unknown"],
    [{ fault: "html", applied: true }, "invalid_response · unknown"],
    [{ fault: "status", status: 502, applied: true }, "server_error · unknown"],
  ]) {
    await shop.sandbox.reset();
    await shop.sandbox.fault({ ...fault, ...PURCHASE });
    const { page, context } = await shop.open();
    await place(page);
    await receipt(page)
      .getByText(/^Order KC-\d+ is placed\. Its points are not confirmed yet/)
      .waitFor();
    await receipt(page).getByText(told).waitFor();
    assert.equal(await receipt(page).getByRole("button").count(), 0);
    assert.equal((await purchases()).length, 1);
    await context.close();
  }
});

test("a purchase whose answer is cut off is booked", async () => {
  await shop.sandbox.fault({ fault: "truncate", ...PURCHASE });
  const { page, context } = await shop.open();
  const before = await balance(page);
  await place(page);
  await receipt(page)
    .getByText(/its points are booked, though the answer was cut off/)
    .waitFor();
  await receipt(page).getByText("invalid_response · applied").waitFor();
  await eventually(
    () => balance(page),
    (points) => points === before + 37.35,
  );
  await context.close();
});

test("a purchase that was refused can be asked for again", async () => {
  await shop.sandbox.fault({ fault: "status", status: 403, ...PURCHASE });
  const { page, context } = await shop.open();
  await place(page);
  await receipt(page).getByText("The shop's access to Open Loyalty doesn't work at the moment.").waitFor();
  await receipt(page).getByText("forbidden · not_applied").waitFor();
  assert.equal((await purchases()).length, 0);
  await receipt(page).getByRole("button", { name: "Ask for the points again" }).click();
  await receipt(page).getByText("Thank you for your order").waitFor();
  assert.equal((await purchases()).length, 1);
  await context.close();
});

test("an administrator's token that has expired is renewed, for one booking", async () => {
  const { page, context } = await shop.open();
  await shop.sandbox.fault({ fault: "status", status: 401, ...PURCHASE });
  await place(page);
  await receipt(page).getByText("Thank you for your order").waitFor();
  assert.equal((await purchases()).length, 1);
  await context.close();
});

test("an administrator who can't sign in books nothing", async () => {
  // What the tests before left signed in has to be refused first.
  await shop.sandbox.advance(25 * 3_600);
  await shop.sandbox.fault({ fault: "status", status: 500, count: 2, method: "POST", path: "/admin/login_check" });
  const { page, context } = await shop.open();
  await place(page);
  await receipt(page).getByText("token_failed · not_applied").waitFor();
  await receipt(page).getByText("No points were assigned yet").waitFor();
  assert.equal((await purchases()).length, 0);
  await context.close();
});

test("an order of a visitor who has left is shown to nobody", async () => {
  await shop.sandbox.fault({ fault: "delay", delayMs: 1_500, ...PURCHASE });
  const { page, context } = await shop.open();
  await place(page);
  await page.getByRole("radio", { name: "Guest" }).check();
  await page.getByRole("button", { name: "Sign in to place the order" }).waitFor();
  await eventually(purchases, (booked) => booked.length === 1);
  await page.getByText("Twice a day").waitFor();
  assert.equal(await receipt(page).innerText(), "");
  await context.close();
});
