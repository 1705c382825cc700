// A TCP relay before a server: an origin of its own, whose connections nobody has used, and a record of what each carried.
import { connect, createServer } from "node:net";

const REQUEST_LINE = /^([A-Z]+) \S+ HTTP\/1\.1\r\n/;
const END_OF_HEAD = "\r\n\r\n";

/** With `keepsFresh`, a page's preflight request does not warm the connection for what follows. */
export async function startRelay(port, { keepsFresh = false } = {}) {
  /** The methods of the requests that each connection carried. */
  const connections = [];
  const sockets = new Set();
  /** The method of the next request whose answer is not passed on. */
  let cutting = null;
  const server = createServer((client) => {
    const upstream = connect(port, "127.0.0.1");
    const methods = [];
    let isCut = false;
    connections.push(methods);
    for (const socket of [client, upstream]) {
      socket.setNoDelay();
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
      // It is closed then, and the other side with it.
      socket.on("error", () => {});
    }
    client.on("data", (chunk) => {
      // Clients write the head of a request at once.
      const [, method] = REQUEST_LINE.exec(chunk.toString("latin1")) ?? [];
      if (method) methods.push(method);
      if (method && method === cutting) {
        isCut = true;
        cutting = null;
      }
      upstream.write(chunk);
    });
    upstream.on("data", (chunk) => {
      if (isCut) client.resetAndDestroy();
      else if (!keepsFresh || methods.at(-1) !== "OPTIONS") client.write(chunk);
      else client.end(chunk.toString("latin1").replace(END_OF_HEAD, `\r\nconnection: close${END_OF_HEAD}`), "latin1");
    });
    upstream.on("end", () => client.end());
    upstream.on("close", (failed) => (failed ? client.resetAndDestroy() : client.destroySoon()));
    client.on("close", () => upstream.destroy());
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    connections,
    /** Drops the connection that carries the next request of this method, as soon as the server answers it. */
    cut(method) {
      cutting = method;
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
