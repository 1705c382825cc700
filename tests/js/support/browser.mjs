// Chromium, and a page of the demo with everything that it said.
import { chromium } from "playwright-core";

import { eventually } from "./eventually.mjs";

const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const TIMEOUT_MS = 15_000;
const DESKTOP = { width: 1440, height: 900 };

export const launch = () =>
  chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ARGS });

/** Opens a page in a context of its own. `messages` collects the console and what the page threw. */
export async function openPage(browser, url, { prepare, ...options } = {}) {
  const context = await browser.newContext({ viewport: DESKTOP, ...options });
  context.setDefaultTimeout(TIMEOUT_MS);
  const page = await context.newPage();
  const messages = [];
  const urls = [];
  page.on("console", (message) => messages.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => messages.push(`thrown: ${error.message}`));
  page.on("request", (request) => urls.push(request.url()));
  await prepare?.(page);
  await page.goto(url);
  return { page, context, messages, urls };
}

/** Has the time of a page with a clock of its own pass until something shows: nobody need wait for its time-outs. */
export const passTime = (page, locator) =>
  eventually(
    async () => {
      await page.clock.runFor(500);
      return locator.isVisible();
    },
    Boolean,
    30_000,
  );
