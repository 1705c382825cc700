// Workers in front of a loyalty server, each in a workerd process of its own.
import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { packageUrl } from "../../support/package.mjs";
import { requireRuntime } from "../../support/runtimes/files.mjs";
import { build } from "./bundle.mjs";

const IDENTIFY = `
  const identify = (request) => {
    const token = request.headers.get("authorization").slice("Bearer ".length);
    return { token, id: JSON.parse(atob(token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/"))).id };
  };`;

/** What differs: the main module of each. */
const MAINS = {
  "pass-through": `export { default } from "./gateway/pass-through.mjs";`,
  "by-hand": `
    import { createGateway } from "./gateway/by-hand.mjs";
    ${IDENTIFY}
    export default createGateway(identify);`,
  earnkit: `
    import { createGateway } from "earnkit/gateway";
    ${IDENTIFY}
    const gateway = createGateway({
      mountPath: "/loyalty",
      openLoyalty: (env) => ({ baseUrl: env.UPSTREAM }),
      origins: ["https://shop.example"],
      rateLimit: { perMinute: 1_000_000 },
      identify,
    });
    export default { fetch: (request, env, ctx) => gateway.fetch(request, env, ctx) };`,
};

export const WORKERS = Object.keys(MAINS);

async function modulesOf(name) {
  const { outputFiles } = await build(MAINS[name], {
    platform: "browser",
    conditions: ["workerd", "worker"],
    external: ["*.wasm"],
  });
  const main = { type: "ESModule", path: "main.mjs", contents: outputFiles[0].text };
  const files = name === "earnkit" ? (await readdir(packageUrl)).filter((file) => file.endsWith(".wasm")) : [];
  const named = files.filter((file) => main.contents.includes(`./${file}"`));
  const wasm = named.map(async (file) => ({
    type: "CompiledWasm",
    path: file,
    contents: await readFile(new URL(file, packageUrl)),
  }));
  return [main, ...(await Promise.all(wasm))];
}

/** Starts a worker in front of `upstream`; its log goes nowhere. */
export async function startWorker(name, upstream) {
  const { Miniflare } = requireRuntime("miniflare");
  const miniflare = new Miniflare({
    modulesRoot: fileURLToPath(new URL("/", import.meta.url)),
    modules: await modulesOf(name),
    bindings: { UPSTREAM: upstream },
    compatibilityDate: "2026-04-01",
    host: "127.0.0.1",
    port: 0,
    handleRuntimeStdio(stdout, stderr) {
      stdout.resume();
      stderr.resume();
    },
  });
  const url = await miniflare.ready;
  return { port: Number(url.port), stop: () => miniflare.dispose() };
}
