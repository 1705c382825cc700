// A sandbox, the demo in front of it and a browser: what most tests of the page start with.
import { launch, openPage } from "./browser.mjs";
import { startDemo } from "./demo.mjs";
import { startSandbox } from "./sandbox.mjs";

export async function startShop() {
  const sandbox = await startSandbox();
  const demo = await startDemo(sandbox.url);
  const browser = await launch();
  return {
    sandbox,
    demo,
    browser,
    /** A page on which the customer is signed in and the rules are listed. */
    async open(options) {
      const opened = await openPage(browser, demo.url, options);
      await claimButton(opened.page, "Like us").waitFor();
      await listed(opened.page);
      return opened;
    },
    async stop() {
      await browser.close();
      await demo.stop();
      await sandbox.stop();
    },
  };
}

/** The card of a rule, by its exact title. */
export const card = (page, title) =>
  page.locator("#ways .card").filter({ has: page.getByRole("heading", { name: title, exact: true }) });

/** Waits until all of the cards are there: on a busy machine they come in pieces. */
export const listed = (page) => page.locator("#ways .list:not([aria-busy])").waitFor();

export const claimButton = (page, title) => card(page, title).getByRole("button", { name: /^Claim / });

/** What the element that has the focus is called, inside an element of the package too. */
export const focusedName = (page) =>
  page.evaluate(() => {
    let active = document.activeElement;
    while (active.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
    return active.ariaLabel ?? active.textContent;
  });

/** The balance as the page shows it, once it is a number. */
export async function balance(page) {
  const shown = page.locator("[data-points]");
  await shown.filter({ hasText: /\d/ }).waitFor();
  return Number((await shown.innerText()).replaceAll(",", ""));
}

/** Opens "Under the hood" and waits until it has asked the sandbox. */
export async function openHood(page) {
  await page.getByText("Under the hood").click();
  await page.locator('[data-table="ledger"] tbody tr').first().waitFor();
}
