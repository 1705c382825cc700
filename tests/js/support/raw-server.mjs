// A TCP server that answers a request with whatever bytes it is told, and closes.
import { createServer } from "node:net";

export async function startRawServer() {
  const sockets = new Set();
  const raw = {
    /** `answer(socket)` is called once for each connection, when its request is there. */
    answer(socket) {
      socket.end();
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    // The client may have gone.
    socket.on("error", () => {});
    socket.once("data", () => raw.answer(socket));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  raw.url = `http://127.0.0.1:${server.address().port}`;
  return raw;
}
