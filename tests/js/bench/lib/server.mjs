// The server of the tables that use a socket: files by their paths, and one list of rules for whoever asks an API.
import { createServer } from "node:http";
import { brotliCompressSync } from "node:zlib";

import { asPhp, listOf, manyRules } from "./rules.mjs";

const TYPES = { html: "text/html; charset=utf-8", js: "text/javascript", wasm: "application/wasm" };
const RULES = 50;

const answerOf = (type, body) => ({ type, body: Buffer.from(body), brotli: brotliCompressSync(body) });

/** Serves `files` (path to text or bytes) and the rules, compressed as a shop's host would. */
export async function startServer(files = {}) {
  const answers = new Map();
  for (const [path, body] of Object.entries(files)) answers.set(path, answerOf(TYPES[path.split(".").at(-1)], body));
  const rules = answerOf("application/json", asPhp(listOf(manyRules(RULES))));
  const server = createServer(({ url, headers }, response) => {
    const answer = url.startsWith("/api/") ? rules : answers.get(url);
    if (!answer) return response.writeHead(404).end();
    const compresses = /\bbr\b/.test(headers["accept-encoding"] ?? "");
    const body = compresses ? answer.brotli : answer.body;
    response.writeHead(200, {
      "content-type": answer.type,
      "content-length": body.length,
      ...(compresses && { "content-encoding": "br" }),
    });
    response.end(body);
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
