// Shopify's Oxygen takes one JavaScript file and no WebAssembly beside it.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";

import { createMiniOxygen, Request } from "@shopify/mini-oxygen";

import { assertScenario } from "../../packaging/expected.mjs";
import { createConsumer } from "../../support/consumer.mjs";
import { startSandbox } from "../../support/sandbox.mjs";

let sandbox;
let consumer;
before(async () => {
  sandbox = await startSandbox();
  consumer = await createConsumer(import.meta.url, { files: "app/" });
});
after(() => sandbox?.stop());

/** Bundles a worker, runs it for one request and gives its answer. */
async function answerOf(entry, headers) {
  const flags = ["--bundle", "--format=esm", "--conditions=worker,workerd", `--outfile=dist/${entry}`];
  await consumer.tool("esbuild", [entry, ...flags]);
  const oxygen = createMiniOxygen({
    workers: [
      {
        name: "storefront",
        modules: true,
        script: await readFile(consumer.path("dist", entry), "utf8"),
        bindings: { OPEN_LOYALTY_URL: sandbox.url },
      },
    ],
  });
  try {
    await oxygen.ready;
    const response = await oxygen.dispatchFetch(new Request("http://shop.invalid/", { headers }));
    const text = await response.text();
    assert.equal(response.status, 200, text);
    return JSON.parse(text);
  } finally {
    await oxygen.dispose();
  }
}

test("all calls", async () => {
  await assertScenario(await answerOf("all-calls.js"), sandbox);
});

test("storefront.js", async () => {
  const names = await answerOf("storefront.js", { "x-loyalty-token": await sandbox.signIn("anna@example.com") });
  assert.ok(names.includes("Take the tea quiz"), names.join());
});
