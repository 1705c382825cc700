// The server of the tables that use a socket: pages by path, and one answer for both calls.
import { createServer } from "node:http";
import { brotliCompressSync } from "node:zlib";

import { asPhp, listOf, manyRules } from "./rules.mjs";

const TYPES = { html: "text/html; charset=utf-8", js: "text/javascript", wasm: "application/wasm" };
const RULES = 50;

/** Serves `files` (path to text or bytes), compressed as a shop's host would, and a list of rules. */
export async function startServer(files = {}) {
  const answers = new Map(
    Object.entries(files).map(([path, body]) => [
      path,
      { body: brotliCompressSync(body), type: TYPES[path.split(".").at(-1)] ?? TYPES.html },
    ]),
  );
  const rules = { type: "application/json", body: brotliCompressSync(asPhp(listOf(manyRules(RULES)))) };
  const plainRules = { type: "application/json", body: Buffer.from(asPhp(listOf(manyRules(RULES)))), isPlain: true };
  const server = createServer((request, response) => {
    const isApi = request.url.startsWith("/api/");
    const compresses = /\bbr\b/.test(request.headers["accept-encoding"] ?? "");
    const answer = isApi ? (compresses ? rules : plainRules) : answers.get(request.url);
    if (!answer) return response.writeHead(404).end();
    response.writeHead(200, {
      "content-type": answer.type,
      "content-length": answer.body.length,
      ...(!answer.isPlain && { "content-encoding": "br" }),
    });
    response.end(answer.body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
