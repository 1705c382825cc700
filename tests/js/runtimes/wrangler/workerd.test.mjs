// Cloudflare: a worker as wrangler bundles it, under `wrangler dev` and, as it would be deployed, in Miniflare.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Miniflare } from "miniflare";

import { assertScenario } from "../../packaging/expected.mjs";
import { createConsumer } from "../../support/consumer.mjs";
import { startProcess } from "../../support/process.mjs";
import { startSandbox } from "../../support/sandbox.mjs";

const COMPATIBILITY_DATE = "2026-04-01";
const env = {
  ...process.env,
  CI: "1",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  WRANGLER_SEND_METRICS: "false",
  NO_UPDATE_NOTIFIER: "1",
};

let sandbox;
let consumer;
before(async () => {
  sandbox = await startSandbox();
  consumer = await createConsumer(import.meta.url, { files: "app/" });
});
after(() => sandbox?.stop());

/** What `wrangler deploy` would upload. */
async function bundle(main) {
  const outdir = `dist-${main}`;
  await consumer.tool("wrangler", ["deploy", main, "--dry-run", "--outdir", outdir], { env });
  const files = (await consumer.list(outdir)).filter((file) => /\.(js|wasm)$/.test(file));
  return { outdir, files };
}

async function startWorker(main) {
  const { outdir, files } = await bundle(main);
  const modulesOf = (type, ending) =>
    files.filter((file) => file.endsWith(ending)).map((file) => ({ type, path: consumer.path(outdir, file) }));
  return new Miniflare({
    // The main module first.
    modules: [...modulesOf("ESModule", ".js"), ...modulesOf("CompiledWasm", ".wasm")],
    modulesRoot: consumer.path(outdir),
    compatibilityDate: COMPATIBILITY_DATE,
    bindings: { OPEN_LOYALTY_URL: sandbox.url },
  });
}

test("the bundle has one module of WebAssembly, and no copy of it", async () => {
  const { files } = await bundle("worker.mjs");
  assert.equal(files.filter((file) => file.endsWith(".wasm")).length, 1, files.join());
  assert.equal(files.length, 2, files.join());
});

test("all calls in workerd, twice in one isolate with one instance", async () => {
  const worker = await startWorker("scenario-worker.mjs");
  try {
    for (const _ of [1, 2]) {
      const { report, instances } = await (await worker.dispatchFetch("http://shop.invalid/")).json();
      await assertScenario(report, sandbox);
      assert.equal(instances, 1);
    }
  } finally {
    await worker.dispose();
  }
});

test("a worker's own tests with the sandbox inside it, and what it makes before its first request", async () => {
  const worker = await startWorker("sandbox-worker.mjs");
  try {
    const response = await worker.dispatchFetch("http://shop.invalid/");
    assert.deepEqual(await response.json(), { points: 12.5, estimated: 24.9 });
  } finally {
    await worker.dispose();
  }
});

/** `wrangler dev` with a worker, for as long as `use(url)` takes. */
async function underWranglerDev(main, use) {
  const args = [
    "dev",
    main,
    "--local",
    "--ip",
    "127.0.0.1",
    "--port",
    "0",
    "--inspector-port",
    "0",
    "--show-interactive-dev-session=false",
  ];
  const server = await startProcess(
    consumer.toolPath("wrangler"),
    [...args, "--var", `OPEN_LOYALTY_URL:${sandbox.url}`],
    /Ready on (\S+)/,
    { cwd: consumer.folder, env },
  );
  try {
    await use(server.url);
  } finally {
    await server.stop();
  }
}

test("worker.mjs under wrangler dev", async () => {
  await underWranglerDev("worker.mjs", async (url) => {
    const headers = { "x-loyalty-token": await sandbox.signIn("anna@example.com") };
    const names = await (await fetch(url, { headers })).json();
    assert.ok(names.includes("Take the tea quiz"), names.join());
    await sandbox.reset();
  });
});

test("all calls under wrangler dev, twice with one instance", async () => {
  await underWranglerDev("scenario-worker.mjs", async (url) => {
    for (const _ of [1, 2]) {
      const { report, instances } = await (await fetch(url)).json();
      await assertScenario(report, sandbox);
      assert.equal(instances, 1);
    }
  });
});
