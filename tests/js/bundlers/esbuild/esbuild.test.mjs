// esbuild without a configuration. It does not emit the wasm, so the page uses the inlined bytes, unless the file is
// copied.
import assert from "node:assert/strict";
import { cp } from "node:fs/promises";
import { after, before, test } from "node:test";

import { endingIn, startBundler } from "../bundled-page.mjs";

let bundler;
before(async () => {
  bundler = await startBundler(import.meta.url);
});
after(() => bundler?.stop());

const build = (...flags) => bundler.consumer.tool("esbuild", ["main.js", "--bundle", "--minify", ...flags]);

test("one script for all", async () => {
  await build("--outdir=script");
  await bundler.writePage("script", '<script defer src="main.js"></script>');
  const { paths } = await bundler.runFolder("script");
  assert.deepEqual(paths, ["/", "/main.js"]);
});

test("modules: the inlined bytes are a file of their own", async () => {
  await build("--format=esm", "--splitting", "--outdir=modules");
  await bundler.writePage("modules", '<script type="module" src="main.js"></script>');
  const { paths } = await bundler.runFolder("modules");
  assert.equal(paths.filter((path) => /inline/.test(path)).length, 1, paths.join());
});

test("modules with the wasm copied beside them", async () => {
  await build("--format=esm", "--splitting", "--outdir=copied");
  await bundler.writePage("copied", '<script type="module" src="main.js"></script>');
  await cp(bundler.consumer.path("node_modules/earnkit/earnkit.wasm"), bundler.consumer.path("copied/earnkit.wasm"));
  const { paths, messages } = await bundler.runFolder("copied");
  assert.equal(endingIn(".wasm", paths).length, 1);
  assert.ok(!paths.some((path) => /inline/.test(path)), paths.join());
  assert.deepEqual(messages, []);
});
