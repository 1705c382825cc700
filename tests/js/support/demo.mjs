// The demo page: its own server, or its files alone.
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { startProcess } from "./process.mjs";

const SITE = fileURLToPath(new URL("../../../www/", import.meta.url));
const PACKAGE = process.env.EARNKIT_PKG ?? fileURLToPath(new URL("../../../pkg", import.meta.url));
const TYPES = {
  ".css": "text/css",
  ".html": "text/html",
  ".js": "text/javascript",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

export function startDemo(sandboxUrl) {
  const args = [join(SITE, "server/server.mjs"), "--port", "0", "--sandbox", sandboxUrl, "--pkg", PACKAGE];
  return startProcess(process.execPath, args, /^demo on (\S+)$/);
}

/** Signs a customer in as the page does; gives the cookie. */
export async function signIn(demo, username) {
  const { origin } = new URL(demo.url);
  const response = await fetch(`${origin}/shop/session`, {
    method: "POST",
    headers: { origin, "content-type": "application/json" },
    body: JSON.stringify({ username, password: "password" }),
  });
  return response.headers.get("set-cookie").split(";")[0];
}

/** A host that knows nothing but files: `www/` with `pkg/` beside its `earnkit.js`, under the strictest policy. */
export async function startStaticHost() {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://static.invalid");
    const inPackage = pathname.startsWith("/pkg/");
    const path = pathname === "/" ? "/index.html" : pathname;
    const file = inPackage ? join(PACKAGE, path.slice("/pkg/".length)) : join(SITE, path);
    const found = await stat(file).catch(() => null);
    response.setHeader(
      "Content-Security-Policy",
      "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'",
    );
    if (!found?.isFile()) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { "Content-Type": TYPES[extname(file)] ?? "application/octet-stream" });
    createReadStream(file).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
