// A host that knows nothing but files.
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

const TYPES = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
};

/**
 * Serves a folder. `headers` go with every answer; `answer(request, response)` may take a request for itself, by
 * returning true. `paths` collects what was asked.
 */
export async function serveFolder(folder, { headers = {}, answer = () => false } = {}) {
  const paths = [];
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://static.invalid");
    paths.push(pathname);
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    if (await answer(request, response)) return;
    const file = join(folder, normalize(pathname === "/" ? "/index.html" : pathname));
    const found = await stat(file).catch(() => null);
    if (!found?.isFile()) {
      response.writeHead(404, { "content-type": "text/plain" }).end("not here");
      return;
    }
    response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" });
    createReadStream(file).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    paths,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
