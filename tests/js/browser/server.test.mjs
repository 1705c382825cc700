// The demo's server and requests that no browser sends.
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { after, before, test } from "node:test";

import { startDemo } from "../support/demo.mjs";

let demo;
before(async () => {
  // Nothing of this reaches the sandbox.
  demo = await startDemo("http://127.0.0.1:9");
});
after(() => demo?.stop());

function isWhole(answer) {
  const end = answer.indexOf("\r\n\r\n");
  if (end < 0) return false;
  const [, length] = /content-length: (\d+)/i.exec(answer.slice(0, end)) ?? [];
  return length ? answer.length >= end + 4 + Number(length) : answer.endsWith("0\r\n\r\n");
}

/** Sends a request line as it is, and gives the status and the answer. */
async function send(target, method = "GET") {
  const { hostname, port } = new URL(demo.url);
  const socket = connect(Number(port), hostname);
  socket.setEncoding("latin1");
  let answer = "";
  socket.on("data", (text) => {
    answer += text;
    // workerd takes its time to close.
    if (isWhole(answer)) socket.destroy();
  });
  socket.write(`${method} ${target} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nConnection: close\r\n\r\n`, "latin1");
  await once(socket, "close");
  return { status: Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1]), answer };
}

test("odd targets are refused, and none is a defect", async () => {
  for (const target of [
    "//",
    "//js/main.js",
    "///",
    "//[",
    "//:80",
    "//user@host:99999/",
    "/\\",
    "/%",
    "/%00",
    "/%2",
    "/%ff%fe",
    "/js/%2e%2e/%2e%2e/Cargo.toml",
    "/js/..%5c..%5cCargo.toml",
    "/pkg//etc/passwd",
    "/pkg/%2fetc%2fpasswd",
    "/pkg/",
    "/shop/",
    "/shop//orders",
    "/shop/%",
    `/${"a".repeat(10_000)}`,
    "/\u00e9\u00ff",
  ]) {
    const { status, answer } = await send(target);
    assert.ok([400, 404, 414, 431].includes(status), `${target.slice(0, 40)}: ${status}`);
    assert.doesNotMatch(answer, /\bat .*:\d+:\d+/, target);
  }
  assert.equal((await send("/", "POST")).status, 405);
  assert.equal((await send("/", "DELETE")).status, 405);
  assert.equal((await send("/shop/orders", "GET")).status, 404);
  assert.equal((await send("/")).status, 200);
  assert.equal((await send("/?a=//&b=%")).status, 200);
  assert.equal((await send("/js/main.js?%ff#[")).status, 200);
  assert.equal(demo.errors(), "");
  // No paths: workerd itself turns them away, in its own words.
  for (const target of ["\\\\", "*", "?", "#", "http://", "http://[::1/", "data:,x", "javascript:alert(1)"]) {
    const { status, answer } = await send(target);
    assert.ok([400, 500].includes(status), `${target}: ${status}`);
    assert.doesNotMatch(answer, /\bat .*:\d+:\d+/, target);
  }
  assert.equal((await send("/")).status, 200);
});
