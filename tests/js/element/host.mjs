// Pages of a store that have the elements on them: the package as it was built, under a strict policy, beside a sandbox.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

import { packageUrl } from "../support/package.mjs";
import { serveFolder } from "../support/static.mjs";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
/** No style attribute, no inline style sheet, no inline script. */
const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src data:; connect-src 'self' http://127.0.0.1:*";

export async function startHost() {
  const pages = new Map();
  const routes = new Map();
  const host = await serveFolder(fileURLToPath(packageUrl), {
    headers: { "content-security-policy": POLICY },
    async answer(request, response) {
      const [path] = request.url.split("?", 1);
      const route = routes.get(`${request.method} ${path}`);
      if (route) {
        const { status, body } = route(request);
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
        return true;
      }
      const page = path === "/axe.js" ? { type: "text/javascript", body: await readFile(AXE) } : pages.get(path);
      if (!page) return false;
      response.writeHead(200, { "content-type": `${page.type}; charset=utf-8` }).end(page.body);
      return true;
    },
  });
  let count = 0;
  return {
    ...host,
    /** Answers a request such as `"GET /loyalty/status"` with the `{ status, body }` that `give(request)` returns. */
    route: (request, give) => routes.set(request, give),
    /** Adds a page and gives its address. `script` is a module that finds the package at `/element.js`. */
    page({ body, script = 'import "/element.js";', css = "", lang = "en", head = "" }) {
      count += 1;
      const name = `/page-${count}`;
      const add = (path, type, text) => pages.set(path, { type, body: text });
      add(`${name}.css`, "text/css", css);
      add(`${name}.js`, "text/javascript", script);
      add(
        `${name}.html`,
        "text/html",
        `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><title>A store</title>
        <meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
        <link rel="stylesheet" href="${name}.css">${head}<script type="module" src="${name}.js"></script></head>
        <body><main><h1>A store</h1><h2>Ways to earn</h2>${body}</main></body></html>`,
      );
      return `${host.url}${name.slice(1)}.html`;
    },
  };
}
