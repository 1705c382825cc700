// The page's files and the package's, read only: what a worker has as its static assets.
import { readFile } from "node:fs/promises";
import { extname, join, normalize, sep } from "node:path";

import { Response } from "miniflare";

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".tsx": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
};
const PAGE_FILES =
  /^\/(index\.html|gallery\.html|gallery\/(react\/)?[\w-]+\.(css|html|js|tsx)|icon\.svg|earnkit\.js|css\/[\w.-]+|js\/(hood\/)?[\w.-]+)$/;

export function createStatic({ site, packageFolder }) {
  /** The file for a path, or `null` where there is none to show. */
  function locate(pathname) {
    let path;
    try {
      path = decodeURIComponent(pathname === "/" ? "/index.html" : pathname);
    } catch {
      return null;
    }
    if (path.includes("\0") || path.split("/").some((part) => part.startsWith("."))) return null;
    if (PAGE_FILES.test(path)) return join(site, path);
    if (!path.startsWith("/pkg/")) return null;
    const file = normalize(join(packageFolder, path.slice("/pkg/".length)));
    return file.startsWith(packageFolder + sep) ? file : null;
  }

  return async function answer(request) {
    if (request.method !== "GET" && request.method !== "HEAD") {
      return new Response(null, { status: 405, headers: { Allow: "GET, HEAD" } });
    }
    const file = locate(new URL(request.url).pathname);
    const type = file && TYPES[extname(file)];
    const contents = type && (await readFile(file).catch(() => null));
    if (!contents) {
      return new Response("not found\n", { status: 404, headers: { "Content-Type": "text/plain; charset=utf-8" } });
    }
    return new Response(request.method === "HEAD" ? null : contents, {
      headers: { "Content-Type": type, "Content-Length": String(contents.length), "Cache-Control": "no-cache" },
    });
  };
}
