// The page's files and the package's, read only.
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { extname, join, normalize, sep } from "node:path";

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

  return async function answer(request, response, pathname) {
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.writeHead(405, { Allow: "GET, HEAD" }).end();
      return;
    }
    const file = locate(pathname);
    const type = file && TYPES[extname(file)];
    const found = type && (await stat(file).catch(() => null));
    if (!found?.isFile()) {
      response.writeHead(404, { "Content-Type": "text/plain; charset=utf-8" }).end("not found\n");
      return;
    }
    response.writeHead(200, { "Content-Type": type, "Content-Length": found.size, "Cache-Control": "no-cache" });
    if (request.method === "HEAD") response.end();
    else
      createReadStream(file)
        .on("error", () => response.destroy())
        .pipe(response);
  };
}
