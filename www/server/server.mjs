// Starts the demo: the shop's worker in Cloudflare's workerd, as it would run at the edge, with the page's files.
import { randomBytes } from "node:crypto";
import { createServer } from "node:net";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { Miniflare } from "miniflare";

import { workerModules } from "./modules.mjs";
import { createStatic } from "./static.mjs";

const HELP = `Serves the demo page, and the shop's worker behind it.

Usage: node server.mjs --sandbox URL [--pkg DIR] [--port N] [--stop-with-input]

  --sandbox URL      where the sandbox is, such as http://127.0.0.1:8181
  --pkg DIR          the built package (default: ../../pkg, beside www/)
  --port N           0 for any free port (default: 8180)
  --stop-with-input  stops when its standard input ends

The partner's key is read from KOOMALOOMA_API_KEY, the password of Open Loyalty's
administrator from OPEN_LOYALTY_ADMIN_PASSWORD (default: the sandbox's).
`;

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "8180" },
    sandbox: { type: "string" },
    pkg: { type: "string" },
    "stop-with-input": { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});
if (values.help || !values.sandbox) {
  console.log(HELP);
  process.exit(values.help ? 0 : 2);
}

/** The port, once it is sure that it is free: the worker has to know its own origin. */
function claimPort(port) {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const claimed = server.address().port;
      server.close(() => resolve(claimed));
    });
  });
}

const site = dirname(dirname(fileURLToPath(import.meta.url)));
const packageFolder = resolve(values.pkg ?? join(site, "../pkg"));
let miniflare;

async function stop() {
  await miniflare?.dispose();
  process.exit();
}

try {
  const port = await claimPort(Number(values.port));
  miniflare = new Miniflare({
    modules: await workerModules({ site, packageFolder }),
    modulesRoot: "/",
    compatibilityDate: "2026-04-01",
    host: "127.0.0.1",
    port,
    bindings: {
      SANDBOX_URL: new URL(values.sandbox).origin,
      ORIGINS: ["127.0.0.1", "localhost"].map((host) => `http://${host}:${port}`),
      KOOMALOOMA_API_KEY: process.env.KOOMALOOMA_API_KEY ?? "sandbox-partner-key",
      ADMIN_PASSWORD: process.env.OPEN_LOYALTY_ADMIN_PASSWORD ?? "open",
      SESSION_SECRET: randomBytes(32).toString("hex"),
      AWARDS_KEY: randomBytes(32).toString("hex"),
    },
    durableObjects: { LEDGER: { className: "Ledger", useSQLite: true } },
    serviceBindings: { FILES: createStatic({ site, packageFolder }) },
  });
  await miniflare.ready;
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, stop);
  if (values["stop-with-input"]) process.stdin.on("end", stop).resume();
  console.log(`demo on http://127.0.0.1:${port}/`);
} catch (error) {
  console.error(
    error.code === "EADDRINUSE" ? `port ${values.port} is taken: choose another with --port` : error.message,
  );
  await miniflare?.dispose();
  process.exit(1);
}
