// A proxy before the sandbox that counts awards as they are sent, and lets a test step in between.
import { createServer } from "node:http";

async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** `idPattern` finds an award's id in a request's path or body. */
export async function startUpstream(target, idPattern) {
  const underWay = new Set();
  const proxy = {
    /** How often each award was sent. */
    sent: new Map(),
    /** The awards whose answer was handed over. */
    answered: new Set(),
    /** Told, and waited for, when an award has arrived, was booked, and was answered. */
    onProgress() {},
    /** When nothing is under way any more. */
    async idle() {
      while (underWay.size > 0) await Promise.allSettled(underWay);
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  async function pass(request, response) {
    const body = await bodyOf(request);
    const [id] = (request.method === "POST" && idPattern.exec(`${request.url} ${body}`)) || [];
    if (id) {
      proxy.sent.set(id, (proxy.sent.get(id) ?? 0) + 1);
      await proxy.onProgress("arrived", id);
    }
    const headers = Object.entries(request.headers).filter(
      ([name]) => !/^(host|connection|content-length)$/.test(name),
    );
    const init = { method: request.method, headers, body: request.method === "POST" ? body : undefined };
    const answer = await fetch(target + request.url, init);
    const bytes = Buffer.from(await answer.arrayBuffer());
    if (id) await proxy.onProgress("booked", id);
    // Whoever asked may be gone by now.
    if (response.closed) return;
    response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "text/plain" });
    const isWritten = await new Promise((resolve) => {
      response.once("close", () => resolve(false));
      response.end(bytes, () => resolve(true));
    });
    if (!id || !isWritten) return;
    proxy.answered.add(id);
    await proxy.onProgress("answered", id);
  }

  const server = createServer((request, response) => {
    const passing = pass(request, response)
      .catch(() => response.destroy())
      .finally(() => underWay.delete(passing));
    underWay.add(passing);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  proxy.url = `http://127.0.0.1:${server.address().port}`;
  return proxy;
}
