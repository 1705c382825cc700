// A hundred thousand calls of every kind and end: nothing of them stays.
import assert from "node:assert/strict";
import { getEventListeners, setMaxListeners } from "node:events";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { memories } from "../support/memories.mjs";
import { ARGUMENTS, isRead, OPERATIONS, serversBehind, successOf } from "../support/operations.mjs";

const CALLS = 100_000;
const AT_ONCE = 100;
/** Enough for every buffer to have its size, and for what the runtime compiles. */
const WARM_UP = 20_000;
/** What a heap of this size varies by. A hundred bytes a call would be ten times as much. */
const MAX_GROWTH_BYTES = 1_000_000;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc");

const earnkit = await import("earnkit");

const json = (status, body) => new Response(body, { status, headers: { "content-type": "application/json" } });
/** Settles only when it is given up, as the host's own does. */
const untilAborted = (signal) =>
  new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
const neverEnding = () => {
  const start = (controller) => {
    controller.enqueue(new Uint8Array([0x7b]));
    given.bodies++;
  };
  // The host's own body would fail with its signal; this one has to be told.
  return new ReadableStream({ start, cancel: () => void given.cancelled++ });
};

/** How a call ends, and the codes that it may end with. */
const ENDS = [
  { codes: ["success"], answer: (_, operation) => successOf(operation) },
  { codes: ["unauthorized"], answer: () => json(401, '{"message":"no"}') },
  { codes: ["server_error"], answer: () => json(503, "") },
  { codes: ["rejected"], answer: () => json(400, "x".repeat(20_000)) },
  { codes: ["invalid_response"], answer: () => json(204, null) },
  { codes: ["network"], answer: () => Promise.reject(new TypeError("fetch failed")) },
  { codes: ["timeout"], answer: (signal) => untilAborted(signal), options: { timeoutMs: 1 } },
  {
    codes: ["timeout"],
    answer: (_, operation) => json(successOf(operation).status, neverEnding()),
    options: { timeoutMs: 1 },
  },
  { codes: ["aborted"], answer: (signal) => untilAborted(signal), aborts: true },
  { codes: ["aborted"], answer: () => json(200, neverEnding()), aborts: true },
  { codes: ["invalid_input"], options: { timeoutMs: 0 } },
];

const given = { signals: 0, aborted: 0, bodies: 0, cancelled: 0 };
/** One signal for all the calls that are not aborted, as a page has for its whole life. */
const { signal: lasting } = new AbortController();
setMaxListeners(AT_ONCE, lasting);

async function call(number) {
  const operation = OPERATIONS[number % OPERATIONS.length];
  const { codes, answer, options, aborts } = ENDS[number % ENDS.length];
  const controller = new AbortController();
  const fetch = (_, { signal }) => {
    given.signals++;
    signal.addEventListener("abort", () => given.aborted++, { once: true });
    if (aborts) queueMicrotask(() => controller.abort());
    return answer(signal, operation);
  };
  const result = earnkit[operation](serversBehind(fetch)[operation], ...ARGUMENTS[operation], {
    ...options,
    ...(isRead(operation) && { retries: 0 }),
    signal: aborts ? controller.signal : lasting,
    onAttempt() {},
  });
  const code = await result.then(
    () => "success",
    (error) => error.code,
  );
  assert.ok(codes.includes(code), `${operation} ${number}: ${code}, not ${codes}`);
  assert.equal(getEventListeners(controller.signal, "abort").length, 0);
}

async function run(first, count) {
  let next = first;
  const worker = async () => {
    while (next < first + count) await call(next++);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** The bytes in use when nothing is under way. */
async function measure() {
  for (let turn = 0; turn < 5; turn++) {
    await new Promise((resolve) => setTimeout(resolve));
    collectGarbage();
  }
  return { heap: process.memoryUsage().heapUsed, wasm: memories.at(-1).buffer.byteLength };
}

test(`${CALLS} calls leave nothing behind`, async () => {
  await run(0, WARM_UP);
  const before = await measure();
  await run(WARM_UP, CALLS);
  const after = await measure();
  console.log(`heap ${before.heap} -> ${after.heap} bytes, wasm ${before.wasm} -> ${after.wasm} bytes`);

  assert.equal(memories.length, 1, "no call trapped");
  assert.equal(after.wasm, before.wasm, "the wasm's memory");
  assert.ok(after.heap - before.heap < MAX_GROWTH_BYTES, `the heap grew by ${after.heap - before.heap} bytes`);
  assert.deepEqual(getEventListeners(lasting, "abort"), [], "listeners to the caller's signal");
  assert.deepEqual(
    process.getActiveResourcesInfo().filter((resource) => resource === "Timeout"),
    [],
    "timers",
  );
  // Every request that was given up was cancelled.
  const perRound = ENDS.filter(({ codes }) => ["timeout", "aborted"].includes(codes[0])).length;
  const cut = Math.floor((WARM_UP + CALLS) / ENDS.length) * perRound;
  assert.ok(given.aborted >= cut, `${given.aborted} of at least ${cut} requests were cancelled`);
  assert.ok(given.signals > given.aborted);
  assert.ok(given.bodies > 0);
  assert.equal(given.cancelled, given.bodies, "bodies that were given up");
});
