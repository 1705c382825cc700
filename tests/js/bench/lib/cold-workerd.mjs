// A worker that starts another one for each request, and the other one's code for each peer.
import { readFile } from "node:fs/promises";

import { packageUrl } from "../../support/package.mjs";
import { requireRuntime } from "../../support/runtimes/files.mjs";
import { build, peerFile } from "./bundle.mjs";

const COMPATIBILITY_DATE = "2026-04-01";

const worker = (name, url, token) => `
  import { connect } from ${JSON.stringify(peerFile(name))};
  export default {
    async fetch() {
      const { earningRules } = await connect({ baseUrl: "${url}", token: "${token}" }).listEarningRules();
      return new Response(String(earningRules.length));
    },
  };`;

const LOADER = `
  import wasm from "earnkit.bin";
  export default {
    async fetch(request, env) {
      const { code, id } = await request.json();
      const isolate = env.LOADER.get(id, async () => ({
        compatibilityDate: "${COMPATIBILITY_DATE}",
        mainModule: "main.js",
        modules: { "main.js": { js: code }, "earnkit.wasm": { wasm } },
      }));
      return isolate.getEntrypoint().fetch("http://worker.test/");
    },
  };`;

/** One file, with the WebAssembly as a module beside it. */
async function bundle(name, url, token) {
  const { outputFiles } = await build(worker(name, url, token), {
    platform: "browser",
    conditions: ["workerd", "worker"],
    external: ["*.wasm"],
  });
  return outputFiles[0].text;
}

/** Starts workerd; `measure(name)` gives the milliseconds until a fresh isolate with that peer has answered. */
export async function startColdWorkerd(names, url, token) {
  const { Miniflare } = requireRuntime("miniflare");
  const codes = {};
  for (const name of names) codes[name] = await bundle(name, url, token);
  const wasm = await readFile(new URL("earnkit.wasm", packageUrl));
  const miniflare = new Miniflare({
    modules: [
      { type: "ESModule", path: "loader.mjs", contents: LOADER },
      { type: "Data", path: "earnkit.bin", contents: wasm },
    ],
    workerLoaders: { LOADER: {} },
    compatibilityDate: COMPATIBILITY_DATE,
    host: "127.0.0.1",
  });
  await miniflare.ready;
  let isolates = 0;
  return {
    async measure(name) {
      const body = JSON.stringify({ code: codes[name], id: `${++isolates}` });
      const started = performance.now();
      const response = await miniflare.dispatchFetch("http://worker.test/", { method: "POST", body });
      const answer = await response.text();
      if (!(answer > 0)) throw new Error(`${name} in workerd: ${answer}`);
      return performance.now() - started;
    },
    stop: () => miniflare.dispose(),
  };
}
