// What two checkers of packages say of this one.
import assert from "node:assert/strict";
import { before, test } from "node:test";

import { createConsumer } from "../support/consumer.mjs";

let consumer;
before(async () => {
  consumer = await createConsumer(import.meta.url);
});

test("publint finds nothing", async () => {
  assert.match(await consumer.tool("publint", ["node_modules/earnkit", "--strict"]), /All good!/);
});

test("the typings resolve as the JavaScript does", async () => {
  // Without a type of its own: runtimes and bundlers each make something else of an imported wasm.
  // And a script is no module to import from.
  const exclude = ["--exclude-entrypoints", "earnkit.wasm", "element.min.js"];
  const report = await consumer.tool("attw", ["--pack", "node_modules/earnkit", "--profile", "esm-only", ...exclude]);
  for (const entry of ["earnkit", "earnkit/slim", "earnkit/js", "earnkit/sandbox", "earnkit/element"])
    assert.ok(report.includes(`"${entry}"`));
});
