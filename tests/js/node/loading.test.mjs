// How the WebAssembly comes in: by itself, from `init`, and again after a failure.
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { hostileProxy } from "../support/bad-values.mjs";
import { ARGUMENTS, OPERATIONS, serversBehind, successOf } from "../support/operations.mjs";
import { startServer } from "../support/other-server.mjs";
import { copyPackage, packageUrl } from "../support/package.mjs";

const wasm = await readFile(new URL("earnkit.wasm", packageUrl));

/** An entry of a copy of the package in which nothing is loaded yet. */
async function fresh(context, entry) {
  const copy = await copyPackage();
  context.after(copy.remove);
  return await import(copy.entry(entry));
}

/** Checks that a call works, so that the WebAssembly is there. */
async function assertWorks(earnkit) {
  const { triggerEvent: server } = serversBehind(async () => successOf("triggerEvent"));
  assert.deepEqual(await earnkit.triggerEvent(server, "photo.shared"), { points: 5 });
}

async function assertLoadFailed(promise, about = "") {
  const error = await promise.then(
    () => assert.fail(`${about} was loaded`),
    (thrown) => thrown,
  );
  assert.deepEqual(
    [error.name, error.code, error.outcome, error.attempts],
    ["LoyaltyError", "load_failed", "not_applied", 0],
    about,
  );
  return error;
}

/** `earnkit/js` is the same code without WebAssembly. */
for (const [entry, loads] of [
  ["server", 1],
  ["browser", 1],
  ["js", 0],
]) {
  test(`${entry}: the first call loads it, and concurrent ones share the load`, async (context) => {
    const compilations = context.mock.method(WebAssembly, "compile").mock;
    const earnkit = await fresh(context, entry);
    const calls = OPERATIONS.map((operation) => {
      const { [operation]: server } = serversBehind(async () => successOf(operation));
      return earnkit[operation](server, ...ARGUMENTS[operation]);
    });
    await Promise.all([...calls, earnkit.init(), earnkit.init()]);
    // Node compiles modules of its own meanwhile.
    const own = compilations.calls.filter(({ arguments: [bytes] }) => bytes.byteLength === wasm.length);
    assert.equal(own.length, loads);
    await assertWorks(earnkit);
  });
}

test("slim: it loads nothing by itself, and says so", async (context) => {
  const earnkit = await fresh(context, "slim");
  let sent = 0;
  const fetch = async () => {
    sent++;
  };
  for (const operation of OPERATIONS) {
    const { [operation]: server } = serversBehind(fetch);
    const { message } = await assertLoadFailed(earnkit[operation](server, ...ARGUMENTS[operation]));
    assert.match(message, /call init\(source\) first/);
  }
  assert.equal(sent, 0);
  await assertLoadFailed(earnkit.init());
  await earnkit.init(wasm);
  await assertWorks(earnkit);
});

const response = (headers) => new Response(wasm, { headers });
const asWasm = { "content-type": "application/wasm" };
/** What `init` takes. */
const SOURCES = {
  bytes: () => wasm,
  "an ArrayBuffer": () => wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.length),
  "a view of a part of a buffer": () => Buffer.concat([Buffer.alloc(7), wasm]).subarray(7),
  "a module": () => WebAssembly.compile(wasm),
  "a promise of bytes": async () => wasm,
  "a response": () => response(asWasm),
  "a response without its type": () => response({}),
  "a promise of a response": async () => response(asWasm),
};

for (const [about, source] of Object.entries(SOURCES)) {
  test(`init with ${about}`, async (context) => {
    const earnkit = await fresh(context, "slim");
    assert.equal(await earnkit.init(await source()), undefined);
    await assertWorks(earnkit);
    assert.equal(await earnkit.init("never looked at, because it is loaded"), undefined);
  });
}

test("init with a URL, as a string and as an object", async (context) => {
  const server = await startServer((_, answer) => answer.writeHead(200, asWasm).end(wasm));
  context.after(server.stop);
  for (const url of [`${server.url}/earnkit.wasm`, new URL("/earnkit.wasm", server.url)]) {
    const earnkit = await fresh(context, "slim");
    await earnkit.init(url);
    await assertWorks(earnkit);
  }
  assert.equal(server.requests.length, 2);
});

test("a load that failed is told to all who wait for it, and the next one tries again", async (context) => {
  const earnkit = await fresh(context, "slim");
  const answers = [
    [503, "try later"],
    [404, "gone"],
    [200, "<html>welcome</html>"],
    [200, wasm.subarray(0, 5_000)],
    [200, wasm],
  ];
  let served = 0;
  const server = await startServer((_, answer) => {
    const [status, body] = answers[served++];
    answer.writeHead(status, asWasm).end(body);
  });
  context.after(server.stop);
  for (let failure = 1; failure < answers.length; failure++) {
    const waiting = [earnkit.init(server.url), earnkit.init(server.url)];
    for (const init of waiting) await assertLoadFailed(init, `load ${failure}`);
    assert.equal(served, failure, "they share one load");
  }
  await earnkit.init(server.url);
  await assertWorks(earnkit);
});

test("init with something of no use: load_failed, and the next one works", async (context) => {
  const earnkit = await fresh(context, "slim");
  const useless = {
    "an empty string": "",
    "no URL": "not a URL",
    "an address where nobody listens": "http://127.0.0.1:1/earnkit.wasm",
    "no bytes": new Uint8Array(),
    "other bytes": new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]),
    "a module of something else": await WebAssembly.compile(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)),
    "a response with a page": new Response("<html></html>", { headers: { "content-type": "text/html" } }),
    "a response with nothing": new Response(null),
    "a used response": (() => {
      const used = response(asWasm);
      used.text();
      return used;
    })(),
  };
  for (const [about, source] of Object.entries(useless)) await assertLoadFailed(earnkit.init(source), about);
  for (const reason of [
    new Error("no wasm today"),
    undefined,
    "no",
    Symbol("no"),
    Object.create(null),
    hostileProxy(),
  ]) {
    await assertLoadFailed(earnkit.init(Promise.reject(reason)), typeof reason);
  }
  await earnkit.init(wasm);
  await assertWorks(earnkit);
});

test("browser: where a bundler has lost the file, the bytes in JavaScript stand in", async (context) => {
  // Node's fetch knows no file: addresses, so this entry can't read its file here.
  const earnkit = await fresh(context, "browser");
  await earnkit.init();
  await assertWorks(earnkit);
});

/** Calls of each kind while the WebAssembly does not come, and how many requests they made. */
async function stalled(context, options) {
  const earnkit = await fresh(context, "slim");
  const arrival = withResolvers();
  const loaded = earnkit.init(arrival.promise);
  const seen = { sent: 0 };
  const calls = OPERATIONS.map((operation) => {
    const { [operation]: server } = serversBehind(async () => {
      seen.sent++;
      return successOf(operation);
    });
    return earnkit[operation](server, ...ARGUMENTS[operation], options).catch((error) => error);
  });
  const arrive = async () => {
    arrival.resolve(wasm);
    await loaded;
    await assertWorks(earnkit);
  };
  return { earnkit, calls, seen, arrive };
}

function withResolvers() {
  const deferred = {};
  deferred.promise = new Promise((resolve, reject) => Object.assign(deferred, { resolve, reject }));
  return deferred;
}

const assertUnsent = (error, code, operation) =>
  assert.deepEqual(
    [error.name, error.code, error.outcome, error.attempts, error.operation],
    ["LoyaltyError", code, "not_applied", 0, operation],
  );

test("a load that stalls ends with the call's total timeout, and goes on for the others", async (context) => {
  const { calls, seen, arrive } = await stalled(context, { totalTimeoutMs: 20 });
  const errors = await Promise.all(calls);
  for (const [index, operation] of OPERATIONS.entries()) assertUnsent(errors[index], "timeout", operation);
  await arrive();
  assert.equal(seen.sent, 0);
});

test("a load that stalls obeys the caller's signal, before and during it", async (context) => {
  for (const isBefore of [true, false]) {
    const controller = new AbortController();
    const reason = new Error("the shopper left");
    if (isBefore) controller.abort(reason);
    const { calls, seen, arrive } = await stalled(context, { signal: controller.signal });
    if (!isBefore) setTimeout(() => controller.abort(reason), 10);
    const errors = await Promise.all(calls);
    for (const [index, operation] of OPERATIONS.entries()) {
      assertUnsent(errors[index], "aborted", operation);
      assert.equal(errors[index].cause, reason);
    }
    assert.deepEqual(getEventListeners(controller.signal, "abort"), []);
    await arrive();
    assert.equal(seen.sent, 0);
  }
});

test("calls that wait for the load go on when it is there, and leave no timer behind", async (context) => {
  const { calls, seen, arrive } = await stalled(context, { totalTimeoutMs: 2 ** 31 - 1 });
  await new Promise((resolve) => setTimeout(resolve, 20));
  await arrive();
  assert.ok((await Promise.all(calls)).every((result) => !(result instanceof Error)));
  assert.equal(seen.sent, OPERATIONS.length);
  assert.ok(!process.getActiveResourcesInfo().includes("Timeout"));
});

test("the time that the load takes is a part of the total", async (context) => {
  const now = performance.now.bind(performance);
  const { calls, seen, arrive } = await stalled(context);
  context.mock.method(performance, "now", () => now() + 30_001);
  await arrive();
  for (const [index, error] of (await Promise.all(calls)).entries()) assertUnsent(error, "timeout", OPERATIONS[index]);
  assert.equal(seen.sent, 0);
});

test("an unusable total timeout is refused, however long the load takes", async (context) => {
  for (const totalTimeoutMs of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, "20", 1n, Symbol("20"), {}]) {
    const { calls, arrive } = await stalled(context, { totalTimeoutMs });
    await new Promise((resolve) => setTimeout(resolve, 5));
    await arrive();
    for (const error of await Promise.all(calls)) assert.equal(error.code, "invalid_input", String(totalTimeoutMs));
  }
});

test("a download that stalls is given up after 30 s, and the next call tries again", async (context) => {
  let served = 0;
  const server = await startServer((_, answer) => {
    answer.writeHead(200, asWasm);
    if (++served === 1) answer.write(wasm.subarray(0, 100));
    else answer.end(wasm);
  });
  context.after(server.stop);
  const earnkit = await fresh(context, "slim");
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const loading = earnkit.init(server.url);
  const sharing = earnkit.init();
  while (served === 0) await new Promise((resolve) => setImmediate(resolve));
  context.mock.timers.tick(30_000);
  for (const load of [loading, sharing]) {
    const { message } = await assertLoadFailed(load);
    assert.match(message, /took longer than 30 s: check the network/);
  }
  context.mock.timers.reset();
  await earnkit.init(server.url);
  await assertWorks(earnkit);
});

for (const [name, source] of [
  ["a promise that never settles", () => new Promise(() => {})],
  ["a response that stalls", () => new Response(new ReadableStream(), { headers: asWasm })],
]) {
  test(`${name} is given up after 30 s, and the next call tries again`, async (context) => {
    const earnkit = await fresh(context, "slim");
    context.mock.timers.enable({ apis: ["setTimeout"] });
    const loading = earnkit.init(source());
    const sharing = earnkit.init(wasm);
    await new Promise((resolve) => setImmediate(resolve));
    context.mock.timers.tick(30_000);
    for (const load of [loading, sharing]) {
      const { message } = await assertLoadFailed(load);
      assert.match(message, /took longer than 30 s: check the network, or the source given to init/);
    }
    context.mock.timers.reset();
    await earnkit.init(wasm);
    await assertWorks(earnkit);
  });
}
