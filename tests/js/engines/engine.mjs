// What every browser engine has to do: all calls in a page without a bundler, under policies, and the demo page.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { assertScenario } from "../packaging/expected.mjs";
import { createConsumer } from "../support/consumer.mjs";
import { startDemo } from "../support/demo.mjs";
import { eventually } from "../support/eventually.mjs";
import { startSandbox } from "../support/sandbox.mjs";
import { serveFolder } from "../support/static.mjs";

const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; img-src data:; connect-src 'self' http://127.0.0.1:*";
const PATIENCE_MS = 30_000;

/**
 * @param {string} testUrl the file that tests the engine
 * @param {string} name what to call it
 * @param {() => Promise<{ open: (url: string) => Promise<void>, evaluate: (expression: string) => Promise<unknown>, close: () => Promise<void> }>} start
 */
export function testEngine(testUrl, name, start) {
  let consumer;
  let sandbox;
  let browser;
  before(async () => {
    consumer = await createConsumer(testUrl, { files: new URL("app/", import.meta.url) });
    sandbox = await startSandbox();
    browser = await start();
  });
  after(async () => {
    await browser?.close();
    await sandbox?.stop();
  });

  const shows = (expression) => eventually(() => browser.evaluate(expression), Boolean, PATIENCE_MS);

  async function runScenario(entry, policy) {
    const headers = policy ? { "content-security-policy": policy } : {};
    const host = await serveFolder(consumer.folder, { headers });
    try {
      await browser.open(`${host.url}scenario.html?entry=${entry}&sandbox=${encodeURIComponent(sandbox.url)}`);
      await shows("'result' in window");
      // As text: what a driver makes of an absent field differs.
      return JSON.parse(await browser.evaluate("JSON.stringify(window.result)"));
    } finally {
      await host.stop();
    }
  }

  for (const [what, entry, policy] of [
    ["all calls", "browser"],
    ["all calls under a strict policy", "browser", POLICY],
    [
      "all calls of earnkit/js, under a policy that forbids WebAssembly",
      "js",
      POLICY.replace(" 'wasm-unsafe-eval'", ""),
    ],
  ]) {
    test(`${name}: ${what}`, async () => {
      const { report, error } = await runScenario(entry, policy);
      assert.equal(error, undefined);
      await assertScenario(report, sandbox, { inPage: true });
    });
  }

  test(`${name}: a policy that forbids WebAssembly is told, and what to add`, async () => {
    const { error } = await runScenario("browser", POLICY.replace(" 'wasm-unsafe-eval'", ""));
    assert.match(error, /^init: load failed\. .*add 'wasm-unsafe-eval' to script-src/);
  });

  test(`${name}: the demo page lists the rules and claims one`, async () => {
    const demo = await startDemo(sandbox.url);
    try {
      await browser.open(demo.url);
      const rules = 'document.querySelector("earnkit-rules").shadowRoot?';
      const button = `${rules}.querySelector("[aria-label='Claim 100 points: Like us']")`;
      await shows(`!!${button}`);
      await browser.evaluate(`${button}.click()`);
      await shows(`${rules}.textContent.includes('100 points earned.')`);
    } finally {
      await demo.stop();
    }
    const events = (await sandbox.ledger()).filter(({ kind }) => kind === "event");
    assert.deepEqual(
      events.map(({ eventName, points }) => [eventName, points]),
      [["facebook_like", 100]],
    );
    await sandbox.reset();
  });
}
