// Firefox, driven over WebDriver BiDi.
import puppeteer from "puppeteer-core";

export async function startFirefox() {
  const browser = await puppeteer.launch({
    browser: "firefox",
    executablePath: process.env.FIREFOX ?? "/usr/bin/firefox-esr",
    headless: true,
  });
  const page = await browser.newPage();
  return {
    open: (url) => page.goto(url),
    evaluate: (expression) => page.evaluate(expression),
    /** A key as `KeyboardEvent.key` names it. */
    press: (key) => page.keyboard.press(key),
    close: () => browser.close(),
  };
}
