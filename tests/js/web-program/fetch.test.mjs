// A Rust program on the web (tests/web-program/): the crate's own calls over fetch, with the server on a socket.
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { createRequire } from "node:module";
import { after, before, beforeEach, test } from "node:test";
import { memories } from "../support/memories.mjs";
import { startServer } from "../support/other-server.mjs";
import { startSandbox } from "../support/sandbox.mjs";

const { Shop } = createRequire(import.meta.url)(process.env.EARNKIT_WEB_PROGRAM);

let sandbox, token;
before(async () => {
  sandbox = await startSandbox();
});
beforeEach(async () => {
  await sandbox.reset();
  token = await sandbox.signIn("anna@example.com");
});
after(() => sandbox?.stop());

function openShop(url, { tokens = [token], signal, timeoutMs, maxResponseBytes } = {}) {
  const asked = [];
  const shop = new Shop(url, async (reason) => {
    asked.push(reason);
    return tokens[Math.min(asked.length, tokens.length) - 1];
  });
  shop.limit(signal, timeoutMs, maxResponseBytes);
  return { shop, asked };
}

const booked = async () => (await sandbox.ledger()).length;

test("it lists the rules and reports an event, which is booked once", async () => {
  const { shop, asked } = openShop(sandbox.url);
  assert.ok((await shop.ruleNames()).includes("Like us"));
  const before = await booked();
  assert.equal(typeof (await shop.triggerEvent("facebook_like")), "number");
  assert.equal(await booked(), before + 1);
  assert.deepEqual(asked, ["initial", "initial"]);
});

test("a token that has expired is asked for again, once", async () => {
  await sandbox.advance(25 * 3600);
  const { shop, asked } = openShop(sandbox.url, { tokens: [token, await sandbox.signIn("anna@example.com")] });
  assert.ok((await shop.ruleNames()).length > 0);
  assert.deepEqual(asked, ["initial", "expired"]);
});

test("no token is unauthorized, and nothing is sent", async () => {
  const { shop } = openShop(sandbox.url, { tokens: [undefined] });
  await assert.rejects(shop.triggerEvent("facebook_like"), {
    code: "unauthorized",
    outcome: "not_applied",
    attempts: 0,
  });
});

test("a server that is not there", async () => {
  const server = await startServer((_, answer) => answer.end());
  await server.stop();
  const { shop } = openShop(server.url);
  await assert.rejects(shop.triggerEvent("facebook_like"), { code: "network", outcome: "unknown", attempts: 1 });
});

for (const [about, answer, expected] of [
  ["an answer that stalls before its head", () => {}, { code: "timeout", outcome: "unknown", attempts: 1 }],
  [
    "an answer that stalls in its body",
    (response) => response.writeHead(200, { "content-type": "application/json" }).write('{"points'),
    { code: "timeout", outcome: "applied", attempts: 1, status: 200 },
  ],
  [
    "a body that is too large",
    (response) =>
      response.writeHead(200, { "content-type": "application/json" }).end(`{"points":1}${" ".repeat(2_000)}`),
    { code: "invalid_response", outcome: "applied", status: 200 },
  ],
  [
    "a redirect to another origin, which does not get the token",
    (response) => response.writeHead(307, { location: "http://127.0.0.1:1/" }).end(),
    { code: "redirected", outcome: "unknown" },
  ],
]) {
  test(`${about}: ${expected.code}, ${expected.outcome}, and one request`, async (context) => {
    let requests = 0;
    const server = await startServer((_, response) => {
      requests++;
      answer(response);
    });
    context.after(server.stop);
    const { shop } = openShop(server.url, { timeoutMs: 300, maxResponseBytes: 1_000 });
    await assert.rejects(shop.triggerEvent("facebook_like"), expected);
    assert.equal(requests, 1);
  });
}

test("a signal ends the call and its request, and no listener stays", async (context) => {
  let closed;
  const ended = new Promise((resolve) => {
    closed = resolve;
  });
  const controller = new AbortController();
  const server = await startServer((_, response) => {
    response.on("close", closed);
    controller.abort();
  });
  context.after(server.stop);
  const { shop } = openShop(server.url, { signal: controller.signal });
  await assert.rejects(shop.triggerEvent("facebook_like"), { code: "aborted", outcome: "unknown", attempts: 1 });
  await ended;
  await assert.rejects(shop.triggerEvent("facebook_like"), { code: "aborted", outcome: "not_applied", attempts: 0 });
  assert.deepEqual(getEventListeners(controller.signal, "abort"), []);
});

test("a read is tried again, an award is not", async () => {
  const { shop } = openShop(sandbox.url);
  await sandbox.fault({ fault: "status", status: 503, retryAfter: "0" });
  assert.ok((await shop.ruleNames()).length > 0);
  await sandbox.fault({ fault: "status", status: 503, retryAfter: "0" });
  const before = await booked();
  await assert.rejects(shop.triggerEvent("facebook_like"), { code: "server_error", attempts: 1, status: 503 });
  assert.equal(await booked(), before);
});

test("thousands of calls leave nothing behind", async (context) => {
  const server = await startServer((_, answer) =>
    answer.writeHead(200, { "content-type": "application/json" }).end('{"points":5}'),
  );
  context.after(server.stop);
  const { signal } = new AbortController();
  const { shop } = openShop(server.url, { signal });
  const sizes = [];
  for (let round = 0; round < 6; round++) {
    for (let n = 0; n < 500; n++) assert.equal(await shop.triggerEvent("joined"), 5);
    sizes.push(memories.at(-1).buffer.byteLength);
  }
  assert.equal(sizes[5], sizes[1], `the wasm's memory: ${sizes}`);
  assert.deepEqual(getEventListeners(signal, "abort"), []);
});
