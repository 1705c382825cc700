// The estimator in a page: every recorded answer.
import { after, before, test } from "node:test";

import { launch, openPage } from "../support/browser.mjs";
import { startStaticHost } from "../support/demo.mjs";
import { ask, check, questions } from "../support/recorded.mjs";

let browser, host;
before(async () => {
  [browser, host] = await Promise.all([launch(), startStaticHost()]);
});
after(() => Promise.all([browser?.close(), host?.stop()]));

test("every recorded answer is the estimator's in Chromium", async () => {
  const blank = { contentType: "text/html", body: "<!doctype html><title>blank</title>" };
  const prepare = (page) => page.route("**/blank.html", (route) => route.fulfill(blank));
  const { page } = await openPage(browser, `${host.url}blank.html`, { prepare });
  check(await page.evaluate(ask, { specifier: `${host.url}pkg/browser.js`, questions }));
});
