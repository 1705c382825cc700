// The demo's own server: the page, the package, and the two things that a page must not do itself.
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

import { PARTNER, STORE_CODE } from "../js/demo-accounts.js";
import { securityHeaders, sendJson } from "./http.mjs";
import { createShop } from "./shop.mjs";
import { createStatic } from "./static.mjs";

const HELP = `Serves the demo page.

Usage: node server.mjs --sandbox URL [--pkg DIR] [--port N]

  --sandbox URL  where the sandbox is, such as http://127.0.0.1:8181
  --pkg DIR      the built package (default: ../../pkg, beside www/)
  --port N       0 for any free port (default: 8180)

The partner's key is read from KOOMALOOMA_API_KEY, the password of Open Loyalty's
administrator from OPEN_LOYALTY_ADMIN_PASSWORD (default: the sandbox's).
`;

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "8180" },
    sandbox: { type: "string" },
    pkg: { type: "string" },
    help: { type: "boolean", short: "h", default: false },
  },
});
if (values.help || !values.sandbox) {
  console.log(HELP);
  process.exit(values.help ? 0 : 2);
}

const site = dirname(dirname(fileURLToPath(import.meta.url)));
const packageFolder = resolve(values.pkg ?? join(site, "../pkg"));
const sandboxUrl = new URL(values.sandbox).origin;

// The package finds its own entry for this runtime, as it would in a shop's node_modules.
const entry = createRequire(join(packageFolder, "package.json")).resolve("earnkit");
const earnkit = await import(pathToFileURL(entry).href);

const answerStatic = createStatic({ site, packageFolder });
const answerShop = createShop({
  earnkit,
  openLoyaltyServer: { baseUrl: sandboxUrl, storeCode: STORE_CODE },
  admin: { username: "admin", password: process.env.OPEN_LOYALTY_ADMIN_PASSWORD ?? "open" },
  koomalooma: {
    apiKey: process.env.KOOMALOOMA_API_KEY ?? "sandbox-partner-key",
    baseUrl: `${sandboxUrl}/koomalooma/api`,
  },
  partner: PARTNER,
});
const headers = Object.entries(securityHeaders(sandboxUrl));

const server = createServer(async (request, response) => {
  for (const [name, value] of headers) response.setHeader(name, value);
  try {
    // Not `new URL`, which takes the first segment of `//a/b` for a host.
    const [pathname] = request.url.split("?", 1);
    if (pathname === "/config.json") sendJson(response, 200, { sandboxUrl, storeCode: STORE_CODE });
    else if (pathname.startsWith("/shop/")) await answerShop(request, response, pathname);
    else await answerStatic(request, response, pathname);
  } catch (error) {
    console.error(error);
    if (response.headersSent) response.destroy();
    else sendJson(response, 500, { error: { code: "internal", outcome: "unknown" } });
  }
});

server.listen(Number(values.port), "127.0.0.1", () => {
  console.log(`demo on http://127.0.0.1:${server.address().port}/`);
});
server.on("error", (error) => {
  console.error(
    error.code === "EADDRINUSE" ? `port ${values.port} is taken: choose another with --port` : error.message,
  );
  process.exit(1);
});
