// A store's gateway in workerd, over TCP, in front of the sandbox.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { packageUrl } from "./package.mjs";
import { requireRuntime } from "./runtimes/files.mjs";

export const ORIGIN = "https://shop.example";
export const SERVER_CREDENTIAL = "the-store's-own-servers";
export const KOOMALOOMA_KEY = "sandbox-partner-key";
export const PARTNER_ID = "sandbox-shop";
const WORKER = new URL("../gateway/worker.mjs", import.meta.url);
const SHOP = new URL("../gateway/shop.mjs", import.meta.url);

const fromPackage = async (name) => ({
  type: name.endsWith(".wasm") ? "CompiledWasm" : "ESModule",
  path: name,
  contents: await readFile(new URL(name, packageUrl), name.endsWith(".wasm") ? null : "utf8"),
});

/**
 * Starts a worker (tests/js/gateway/worker.mjs, or another) over the sandbox. `customers` maps a session to what
 * `identify` gives for it, where `token` may be `[at first, after "expired"]`; `options` are further options of
 * `createGateway` that are plain data. `persist` is a folder for the ledger.
 */
export async function startGateway({
  sandbox,
  customers = {},
  options = {},
  persist = false,
  port = 0,
  worker = WORKER,
  bindings = {},
}) {
  const { Miniflare } = requireRuntime("miniflare");
  const lines = [];
  let rest = "";
  const collect = (stream) =>
    stream.setEncoding("utf8").on("data", (text) => {
      const parts = (rest + text).split("\n");
      rest = parts.pop();
      lines.push(...parts.filter(Boolean));
    });
  const miniflare = new Miniflare({
    modulesRoot: fileURLToPath(new URL("/", import.meta.url)),
    modules: [
      { type: "ESModule", path: "main.mjs", contents: await readFile(worker, "utf8") },
      // For a worker that goes beyond it.
      { type: "ESModule", path: "worker.mjs", contents: await readFile(WORKER, "utf8") },
      { type: "ESModule", path: "shop.mjs", contents: await readFile(SHOP, "utf8") },
      { ...(await fromPackage("gateway_workerd.js")), path: "earnkit/gateway" },
      { ...(await fromPackage("gateway.wasm")), path: "earnkit/gateway.wasm" },
    ],
    compatibilityDate: "2026-04-01",
    host: "127.0.0.1",
    port,
    bindings: {
      OPEN_LOYALTY_URL: sandbox.url,
      KOOMALOOMA_URL: `${sandbox.url}/koomalooma/api`,
      KOOMALOOMA_JWT: KOOMALOOMA_KEY,
      PARTNER_ID,
      AWARDS_KEY: SERVER_CREDENTIAL,
      CUSTOMERS: customers,
      OPTIONS: options,
      ...bindings,
    },
    durableObjects: { LEDGER: { className: "Ledger", useSQLite: true } },
    durableObjectsPersist: persist,
    handleRuntimeStdio(stdout, stderr) {
      collect(stdout);
      collect(stderr);
    },
  });
  const url = new URL("/loyalty", await miniflare.ready).href;
  return {
    url,
    /** Everything that the worker has written. */
    output: () => lines.join("\n"),
    /** The lines of the log, parsed. */
    log: () => lines.filter((line) => line.startsWith('{"route"')).map((line) => JSON.parse(line)),
    stop: () => miniflare.dispose(),
    ...requestsTo(url),
  };
}

/** Requests as a page of the store sends them. */
export function requestsTo(url) {
  const read = async (response) => {
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: text ? JSON.parse(text) : undefined };
  };
  const sessionOf = (session) => (session ? { cookie: `session=${session}` } : {});
  return {
    get: async (path, session, headers = {}) =>
      read(await fetch(`${url}/${path}`, { headers: { ...sessionOf(session), ...headers } })),
    post: async (path, session, key, { body = {}, headers = {} } = {}) =>
      read(
        await fetch(`${url}/${path}`, {
          method: "POST",
          headers: {
            "content-type": "application/json",
            origin: ORIGIN,
            ...(key && { "idempotency-key": key }),
            ...sessionOf(session),
            ...headers,
          },
          body: typeof body === "string" ? body : JSON.stringify(body),
        }),
      ),
    /** A commitment, as the store's own server makes it. */
    commit: async (userId, key, commitment, { credential = SERVER_CREDENTIAL, headers = {} } = {}) =>
      read(
        await fetch(`${url}/users/${userId}/commitments`, {
          method: "POST",
          headers: {
            "content-type": "application/json",
            "idempotency-key": key,
            ...(credential && { authorization: `Bearer ${credential}` }),
            ...headers,
          },
          body: JSON.stringify(commitment),
        }),
      ),
  };
}
