// How a page gets the elements: as a module, as one script, through a bundler; and what a server gets.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import vm from "node:vm";

import { openPage } from "../support/browser.mjs";
import { packageUrl } from "../support/package.mjs";
import { card, startStore } from "./store.mjs";

const esbuild = createRequire(new URL("../../../xtask/npm/package.json", import.meta.url))("esbuild");

let store;
before(async () => {
  store = await startStore();
});
after(() => store?.stop());

/** What a bundler makes of a page's code. */
async function bundle(contents) {
  const { outputFiles } = await esbuild.build({
    stdin: { contents, resolveDir: fileURLToPath(new URL("..", import.meta.url)) },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    write: false,
    outdir: "out",
    splitting: true,
    logLevel: "error",
  });
  return outputFiles.find(({ path }) => path.endsWith("stdin.js")).text;
}

test("one script is enough: no module, no file beside it, and twice is as good as once", async () => {
  const body = `<earnkit-rules base-url="${store.sandbox.url}"></earnkit-rules>`;
  const url = store.host.page({
    body,
    head: '<script src="/element.min.js" async></script><script src="/element.min.js?2" async></script>',
    script: `
      import "/element.js";
      document.querySelector("earnkit-rules").token = ${JSON.stringify(store.anna)};`,
  });
  const { page, context, messages, urls } = await openPage(store.browser, url, {
    prepare: (page) => page.route(/\/(element|browser)\.js/, (route) => route.abort()),
  });
  await page.waitForFunction(() => customElements.get("earnkit-rules"));
  await page.evaluate((token) => {
    document.querySelector("earnkit-rules").token = token;
  }, store.anna);
  await card(page, "Like us").waitFor();
  assert.deepEqual(
    urls.filter((url) => /wasm|inline/.test(url)),
    [],
  );
  assert.deepEqual(
    messages.filter((message) => !/ERR_FAILED/.test(message)),
    [],
  );
  await context.close();

  const both = await openPage(store.browser, url);
  await card(both.page, "Like us").waitFor();
  assert.deepEqual(both.messages, []);
  await both.context.close();
});

test("a bundler keeps the import for its effect, and the package itself holds nothing of it", async () => {
  assert.match(await bundle('import "earnkit/element";'), /earnkit-rules/);
  assert.doesNotMatch(await bundle('export * from "earnkit";'), /earnkit-rules|attachShadow/);
  assert.doesNotMatch(await bundle('import { init } from "earnkit"; init();'), /earnkit-rules|attachShadow/);
});

test("on a server there are the functions, and nothing is defined or asked for", async () => {
  const code = await readFile(new URL("element_server.js", packageUrl), "utf8");
  assert.doesNotMatch(code, /HTMLElement|customElements|document\.|window\.|\bimport\b/);
  const { renderRules, describeRule, describeError } = await import("earnkit/element");
  const rule = {
    type: "custom_event",
    earningRuleId: "1",
    eventName: "like",
    name: 'Like <us> & "them"',
    pointsAmount: 2,
  };
  assert.equal(
    renderRules({ earningRules: [rule], currency: "EUR" }, { lang: "pl" }),
    '<ul><li><strong>+2</strong> <b dir="auto">Like &#60;us&#62; &#38; &#34;them&#34;</b> <span dir="auto">2 punkty za każdym razem.</span></li></ul>',
  );
  assert.deepEqual(describeRule(rule), { figure: "+2", title: 'Like <us> & "them"', text: "2 points each time." });
  assert.equal(
    describeError({ code: "rate_limited", retryAfterMs: 4_001 }, { lang: "de" }),
    "Zu viele Anfragen. Versuchen Sie es in 5 Sekunden noch einmal.",
  );
  // In a realm that has nothing of a page or of Node.js.
  const bare = vm.createContext({});
  vm.runInContext(code.replace(/export\{[^}]*\};?\s*$/, ""), bare);
});

test("what a server renders is shown at once, and the elements take its place without a gap", async () => {
  const rules = { earningRules: (await store.sandbox.rules(store.anna)).slice(0, 1), currency: "EUR" };
  const { renderRules } = await import("earnkit/element");
  const [{ name }] = rules.earningRules;
  const rule = { type: "custom_event", earningRuleId: "1", eventName: "e", name, pointsAmount: 5 };
  const { page, context } = await store.open({
    body: `<earnkit-rules URL>${renderRules({ earningRules: [rule] })}</earnkit-rules>`,
    script: `
      window.gaps = 0;
      const look = () => {
        const list = element.shadowRoot.querySelector(".list");
        if (element.querySelector("ul").offsetHeight === 0 && list.offsetHeight === 0) window.gaps += 1;
        if (!window.done) requestAnimationFrame(look);
      };
      look();`,
  });
  await card(page, "Like us").waitFor();
  assert.equal(await page.locator("earnkit-rules > ul").isVisible(), false);
  assert.equal(await page.evaluate(() => window.gaps), 0);
  await context.close();
});
