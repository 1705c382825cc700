// Servers that mean harm, over TCP and through the real package: bounded memory, no hang, the module as good as before.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import * as earnkit from "earnkit";

import { eventually } from "../support/eventually.mjs";
import { ARGUMENTS, documentedStatus, isRead, OPERATIONS, serversBehind, successOf } from "../support/operations.mjs";
import { startRawServer } from "../support/raw-server.mjs";

const MIB = 1024 * 1024;
/** More than the default limit of 8 MiB takes in the wasm, the buffers of Node's fetch and the copies between. */
const MAX_GROWTH_BYTES = 64 * MIB;

let server;
before(async () => {
  server = await startRawServer();
});
after(() => server.stop());

const call = (operation, options) => {
  const given = { ...serversBehind(undefined, server.url)[operation] };
  return earnkit[operation](given, ...ARGUMENTS[operation], { ...(isRead(operation) && { retries: 0 }), ...options });
};

const worksAfterwards = async (operation) => {
  const given = serversBehind(async () => successOf(operation))[operation];
  assert.ok(await earnkit[operation](given, ...ARGUMENTS[operation]), "the next call works");
};

/** The error of a call that is answered with these bytes after a JSON head. */
async function errorOf(operation, body, options) {
  server.answer = (socket) => {
    socket.write(`HTTP/1.1 ${documentedStatus(operation)} OK\r\ncontent-type: application/json\r\n\r\n`);
    socket.end(body);
  };
  const error = await call(operation, options).then(
    (value) => assert.fail(`it succeeded: ${JSON.stringify(value)}`),
    (thrown) => thrown,
  );
  await worksAfterwards(operation);
  return error;
}

const DEPTH = 10_000;
const REFUSED = {
  "10,000 lists": "[".repeat(DEPTH) + "]".repeat(DEPTH),
  "10,000 objects": `${'{"points":'.repeat(DEPTH)}1${"}".repeat(DEPTH)}`,
  "10,000 lists in a field of no interest": `{"points":1,"later":${"[".repeat(DEPTH)}${"]".repeat(DEPTH)}}`,
  "10,000 lists without an end": "[".repeat(DEPTH),
  "a number too large for a double": '{"points":1e999}',
  "a lone surrogate": '{"points":1,"later":"\\ud800"}',
  "half an escape": '{"points":1,"later":"\\ud8"}',
  "bytes that are no UTF-8": Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]),
  "a NUL": "\0",
  nothing: "",
  blanks: " ".repeat(MIB),
  "a string without an end": `{"points":"${"x".repeat(MIB)}`,
  "a number without an end": `{"points":${"1".repeat(MIB)}`,
  "a million empty keys": `{${'"":0,'.repeat(MIB / 8)}"points":"no"}`,
};

for (const [about, body] of Object.entries(REFUSED)) {
  test(`${about}: refused, and applied as the status says`, async () => {
    const { code, outcome, status, attempts } = await errorOf("triggerEvent", body);
    assert.deepEqual(
      { code, outcome, status, attempts },
      { code: "invalid_response", outcome: "applied", status: 200, attempts: 1 },
    );
  });
}

const TAKEN = {
  "keys twice: the last one counts": ['{"points":"x","points":1,"points":2}', { points: 2 }],
  "a prototype": ['{"points":4,"__proto__":{"points":9},"constructor":{"prototype":{"polluted":true}}}', { points: 4 }],
  "a number too large where nobody looks": ['{"points":5,"later":[1,-1]}', { points: 5 }],
  "100,000 fields of no interest": [`{${'"later":[{}],'.repeat(100_000)}"points":6}`, { points: 6 }],
};

for (const [about, [body, expected]] of Object.entries(TAKEN)) {
  test(about, async () => {
    server.answer = (socket) => socket.end(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n${body}`);
    assert.deepEqual(await call("triggerEvent"), expected);
    assert.equal({}.polluted, undefined);
  });
}

for (const operation of OPERATIONS) {
  test(`${operation}: 100 MB are not read, and cost little memory`, async () => {
    let sent = 0;
    let closed = false;
    server.answer = (socket) => {
      socket.write(`HTTP/1.1 ${documentedStatus(operation)} OK\r\ncontent-type: application/json\r\n\r\n{"x":"`);
      const chunk = Buffer.alloc(MIB, 0x61);
      const send = () => {
        while (sent < 100 && !socket.destroyed) {
          sent++;
          if (!socket.write(chunk)) {
            socket.once("drain", send);
            return;
          }
        }
        socket.end('"}');
      };
      socket.once("close", () => {
        closed = true;
      });
      send();
    };
    const before = process.memoryUsage().rss;
    const error = await call(operation).catch((thrown) => thrown);
    const growth = process.memoryUsage().rss - before;
    assert.deepEqual([error.code, error.status], ["invalid_response", documentedStatus(operation)]);
    assert.equal(error.outcome, isRead(operation) ? "not_applied" : "applied");
    await eventually(
      () => closed,
      (isClosed) => isClosed,
    );
    assert.ok(sent < 30, `${sent} MiB were sent`);
    assert.ok(growth < MAX_GROWTH_BYTES, `the process grew by ${growth} bytes`);
    await worksAfterwards(operation);
  });
}

test("an answer that announces 100 MB and stalls ends with the timeout", async () => {
  server.answer = (socket) =>
    socket.write(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${100 * MIB}\r\n\r\n{`);
  const error = await call("triggerEvent", { timeoutMs: 300 }).catch((thrown) => thrown);
  assert.deepEqual([error.code, error.outcome], ["timeout", "applied"]);
});

test("a byte at a time ends with the timeout", async () => {
  server.answer = (socket) => {
    socket.write("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{");
    const timer = setInterval(() => socket.write(" "), 20);
    socket.once("close", () => clearInterval(timer));
  };
  const error = await call("triggerEvent", { timeoutMs: 400 }).catch((thrown) => thrown);
  assert.deepEqual([error.code, error.outcome], ["timeout", "applied"]);
});

test("what is no HTTP leaves the outcome open", async () => {
  for (const bytes of [
    "",
    "hello\r\n\r\n",
    "HTTP/1.1\r\n\r\n",
    "HTTP/1.1 99999 No\r\n\r\n",
    "\0\0\0\0",
    "SSH-2.0-x\r\n",
  ]) {
    server.answer = (socket) => socket.end(bytes);
    const error = await call("triggerEvent", { timeoutMs: 1_000 }).catch((thrown) => thrown);
    assert.ok(["network", "timeout"].includes(error.code), error.code);
    assert.equal(error.outcome, "unknown", JSON.stringify(bytes));
  }
  await worksAfterwards("triggerEvent");
});

test("headers of a megabyte, and 1,000 of them", async () => {
  for (const headers of [
    `x: ${"y".repeat(MIB)}\r\n`,
    "x: y\r\n".repeat(1_000),
    `retry-after: ${"9".repeat(5_000)}\r\n`,
  ]) {
    server.answer = (socket) =>
      socket.end(`HTTP/1.1 503 Down\r\n${headers}content-type: application/json\r\ncontent-length: 2\r\n\r\n{}`);
    const error = await call("triggerEvent").catch((thrown) => thrown);
    assert.ok(["network", "server_error"].includes(error.code), error.code);
    assert.equal(error.outcome, "unknown");
  }
  await worksAfterwards("triggerEvent");
});

test("Retry-After: what is none, and what is too long", async () => {
  const values = [
    ["-1", undefined],
    ["1e9", undefined],
    ["soon", undefined],
    ["", undefined],
    ["1.5", undefined],
    ["0x10", undefined],
    ["1, 2", undefined],
    ["1000000000", 1e12],
    ["99999999999999999999999999", "large"],
    ["Thu, 01 Jan 1970 00:00:00 GMT", 0],
    ["Fri, 31 Dec 9999 23:59:59 GMT", "large"],
  ];
  for (const [value, expected] of values) {
    server.answer = (socket) =>
      socket.end(
        `HTTP/1.1 429 Slow\r\nretry-after: ${value}\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}`,
      );
    const error = await call("listEarningRules", { retries: 1, totalTimeoutMs: 30_000 }).catch((thrown) => thrown);
    assert.equal(error.code, "rate_limited", value);
    if (expected === "large") assert.ok(error.retryAfterMs > 1e12, value);
    else assert.equal(error.retryAfterMs, expected, value);
    assert.equal(error.attempts, expected ? 1 : 2, "what is longer than there is time is thrown at once");
  }
});
