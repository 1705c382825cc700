// Requests over connections that stay open, as fast as they are answered; and a server that costs next to nothing.
import { connect, createServer } from "node:net";

const END_OF_HEAD = "\r\n\r\n";

/** Where the first answer in a buffer ends; 0 while it has not. */
function endOf(buffer) {
  const head = buffer.indexOf(END_OF_HEAD);
  if (head < 0) return 0;
  const fields = buffer.latin1Slice(0, head).toLowerCase();
  const body = head + END_OF_HEAD.length;
  if (fields.includes("transfer-encoding: chunked")) {
    const last = buffer.indexOf("\r\n0\r\n\r\n", body - 2);
    return last < 0 ? 0 : last + 7;
  }
  const [, length = 0] = /content-length: (\d+)/.exec(fields) ?? [];
  const end = body + Number(length);
  return buffer.length >= end ? end : 0;
}

/** One connection: sends the next request when the last one is answered, until it is time. */
function drive(port, requestOf, until, latencies) {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    let received = Buffer.alloc(0);
    let sentAt;
    const send = () => {
      sentAt = performance.now();
      socket.write(requestOf());
    };
    socket.on("connect", send).on("error", reject);
    socket.on("close", () => reject(new Error("the server closed a connection")));
    socket.on("data", (data) => {
      received = received.length > 0 ? Buffer.concat([received, data]) : data;
      const end = endOf(received);
      if (end === 0) return;
      const now = performance.now();
      const status = received.latin1Slice(9, 12);
      if (status !== "200") return reject(new Error(`status ${status}: ${received.toString().slice(0, 500)}`));
      latencies.push(now - sentAt);
      received = received.subarray(end);
      if (now < until) return send();
      resolve();
      socket.destroy();
    });
  });
}

/** Loads a port for a while: `{ perSecond, p99 }`, the latter in milliseconds. */
export async function load(port, requestOf, { connections, durationMs }) {
  const latencies = [];
  const started = performance.now();
  const drives = Array.from({ length: connections }, () => drive(port, requestOf, started + durationMs, latencies));
  await Promise.all(drives);
  const elapsedMs = performance.now() - started;
  latencies.sort((a, b) => a - b);
  return {
    perSecond: (latencies.length / elapsedMs) * 1_000,
    p99: latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * 0.99))],
  };
}

/** Answers every GET request with the same JSON. */
export async function serveAnswer(body) {
  const answer = Buffer.concat([
    Buffer.from(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}${END_OF_HEAD}`),
    body,
  ]);
  const server = createServer({ noDelay: true }, (socket) => {
    let tail = "";
    socket.on("error", () => {});
    socket.on("data", (data) => {
      const heads = (tail + data.latin1Slice()).split(END_OF_HEAD);
      tail = heads.pop();
      for (const _ of heads) socket.write(answer);
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: server.address().port,
    stop: () => server.close(),
  };
}
