// The package's files as they are, behind a plain file server.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { endingIn, startBundler } from "./bundled-page.mjs";

let bundler;
before(async () => {
  bundler = await startBundler(import.meta.url);
});
after(() => bundler?.stop());

for (const file of ["plain.html", "slim.html"]) {
  test(file, async () => {
    const { paths, messages } = await bundler.runFile(file);
    assert.deepEqual(endingIn(".wasm", paths), ["/node_modules/earnkit/earnkit.wasm"]);
    assert.ok(!paths.some((path) => /inline/.test(path)), paths.join());
    assert.deepEqual(messages, []);
  });
}
