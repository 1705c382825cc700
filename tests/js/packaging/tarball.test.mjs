// What `npm publish` would upload, and nothing else.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { before, test } from "node:test";

import { createConsumer, run } from "../support/consumer.mjs";
import { readDeclarations } from "../support/declarations.mjs";

/** Every file of the package. A new one belongs here, and in `files` of its package.json. */
const LISTING = [
  "LICENSE-APACHE",
  "LICENSE-MIT",
  "README.md",
  "browser.js",
  "client.js",
  "earnkit.wasm",
  "edge-light.js",
  "element.d.ts",
  "element.js",
  "element.min.js",
  "element/react.d.ts",
  "element_server.js",
  "error.js",
  "estimator.js",
  "gateway.d.ts",
  "gateway.js",
  "gateway.wasm",
  "gateway_inline.js",
  "gateway_unavailable.js",
  "gateway_workerd.js",
  "glue.js",
  "index.d.ts",
  "inline.js",
  "js.js",
  "load.js",
  "network.js",
  "package.json",
  "sandbox.d.ts",
  "sandbox.js",
  "sandbox.wasm",
  "sandbox_core.js",
  "sandbox_glue.js",
  "sandbox_inline.js",
  "sandbox_workerd.js",
  "server.js",
  "slim.js",
  "types/customer.d.ts",
  "types/errors.d.ts",
  "types/estimate.d.ts",
  "types/gateway.d.ts",
  "types/host.d.ts",
  "types/koomalooma.d.ts",
  "types/messages.d.ts",
  "types/options.d.ts",
  "types/rules.d.ts",
  "workerd.js",
];

let consumer;
let manifest;
before(async () => {
  consumer = await createConsumer(import.meta.url);
  manifest = JSON.parse(await readFile(consumer.path("node_modules/earnkit/package.json"), "utf8"));
});

/** The files that a value of `exports` leads to. */
const targetsOf = (value) => (typeof value === "string" ? [value] : Object.values(value).flatMap(targetsOf));

test("the tarball's listing", async () => {
  assert.deepEqual(await consumer.list("node_modules/earnkit"), LISTING);
});

test("every export leads to a file", () => {
  for (const target of targetsOf(manifest.exports)) {
    assert.ok(LISTING.includes(target.slice("./".length)), target);
  }
});

// Each as its runtime or bundler asks, by Node's own reading of the map; "node" comes with it.
for (const [conditions, entry] of [
  [[], "server.js"],
  [["fastly"], "js.js"],
  [["workerd", "worker", "browser"], "workerd.js"],
  [["edge-light", "worker", "browser"], "edge-light.js"],
]) {
  test(`${conditions.join(", ") || "no condition"}: ${entry}`, async () => {
    const flags = conditions.map((condition) => `--conditions=${condition}`);
    const program = 'console.log(import.meta.resolve("earnkit"))';
    const args = [...flags, "--input-type=module", "--eval", program];
    const resolved = await run(process.execPath, args, { cwd: consumer.folder });
    assert.equal(resolved.trim().split("/").at(-1), entry);
  });
}

test("the manifest says what a registry shows and what tools need", async () => {
  const { version, license, type, sideEffects, engines, repository, dependencies, scripts } = manifest;
  const cargo = await readFile(new URL("../../../Cargo.toml", import.meta.url), "utf8");
  assert.equal(version, /^version = "(.*)"$/m.exec(cargo)[1]);
  assert.deepEqual(
    { license, type, sideEffects, engines, dependencies, scripts },
    {
      license: "MIT OR Apache-2.0",
      type: "module",
      sideEffects: ["./element.js", "./element.min.js"],
      engines: { node: ">=20.19" },
      dependencies: undefined,
      scripts: undefined,
    },
  );
  assert.match(repository.url, /^git\+https:\/\/.*\.git$/);
  assert.ok(manifest.keywords.length >= 5);
});

// `require` refuses a module with a top-level await.
test("every entry can be required", async () => {
  const entries = ["earnkit", "earnkit/slim", "earnkit/js", "earnkit/gateway", "earnkit/sandbox", "earnkit/element"];
  const program = `for (const entry of ${JSON.stringify(entries)}) console.log(Object.keys(require(entry)).join())`;
  const printed = await run(process.execPath, ["--input-type=commonjs", "--eval", program], { cwd: consumer.folder });
  const [main, ...others] = printed.trim().split("\n");
  const typings = LISTING.filter((file) => file.endsWith(".d.ts")).map((file) =>
    consumer.path("node_modules/earnkit", file),
  );
  const { values } = readDeclarations(typings.filter((file) => !/(sandbox|element|react|gateway)\.d\.ts$/.test(file)));
  assert.deepEqual(main.split(",").sort(), [...values].sort());
  assert.deepEqual(others, [
    ...[main, main],
    "Ledger,createGateway,memoryLedger",
    "createSandbox",
    "describeError,describeRule,renderRules",
  ]);
});

test("importing it changes nothing: sideEffects is true to its word", async () => {
  const before = Object.getOwnPropertyNames(globalThis);
  await import(consumer.path("node_modules/earnkit/server.js"));
  assert.deepEqual(Object.getOwnPropertyNames(globalThis), before);
});
