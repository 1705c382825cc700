// webpack without a configuration.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { endingIn, startBundler } from "../bundled-page.mjs";

let bundler;
before(async () => {
  bundler = await startBundler(import.meta.url);
});
after(() => bundler?.stop());

test("webpack emits the wasm once, and the page loads that alone", async () => {
  await bundler.consumer.tool("webpack", ["--mode", "production", "--entry", "./main.js"]);
  await bundler.writePage("dist", '<script defer src="main.js"></script>');
  assert.equal(endingIn(".wasm", await bundler.consumer.list("dist")).length, 1);
  const { paths, messages } = await bundler.runFolder("dist");
  assert.equal(endingIn(".wasm", paths).length, 1);
  assert.equal(endingIn(".js", paths).length, 1, paths.join());
  assert.deepEqual(messages, []);
});
