// Rollup with nothing but the plug-in that finds packages. It does not emit the wasm, so the page uses the inlined bytes.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { endingIn, startBundler } from "../bundled-page.mjs";

let bundler;
before(async () => {
  bundler = await startBundler(import.meta.url);
});
after(() => bundler?.stop());

test("rollup's page works without the wasm file", async () => {
  await bundler.consumer.tool("rollup", ["main.js", "--plugin", "node-resolve={browser:true}", "--dir", "dist"]);
  await bundler.writePage("dist", '<script type="module" src="main.js"></script>');
  assert.deepEqual(endingIn(".wasm", await bundler.consumer.list("dist")), []);
  const { paths } = await bundler.runFolder("dist");
  assert.equal(endingIn(".js", paths).length, 2, `the page and the inlined bytes: ${paths.join()}`);
});
