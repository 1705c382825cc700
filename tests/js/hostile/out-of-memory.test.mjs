// The wasm runs out of memory and traps: the calls under way fail by what was known of them, and the next call works.
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";

import { ARGUMENTS, isRead, newUser, OPERATIONS, serversBehind, successOf } from "../support/operations.mjs";

const MAX_PAGES = 65_536;
const PAGE_BYTES = 65_536;

// To reach the memory of the instance that the package makes.
const instances = [];
WebAssembly.Instance = class extends WebAssembly.Instance {
  constructor(...args) {
    super(...args);
    instances.push(this);
  }
};
const earnkit = await import("earnkit");

const triggerEvent = (fetch, change, options) =>
  earnkit.triggerEvent({ ...serversBehind(fetch).triggerEvent, ...change }, "joined", options);
const never = () => new Promise(() => {});

/** Leaves nothing to allocate but what was freed: the next larger allocation fails, which traps. */
async function exhaustMemory() {
  await triggerEvent(async () => successOf("triggerEvent"));
  const { memory } = instances.at(-1).exports;
  memory.grow(MAX_PAGES - memory.buffer.byteLength / PAGE_BYTES);
}

/** A call whose answer needs more memory than there is. */
const trap = () => triggerEvent(async () => Response.json({ points: 1, padding: "x".repeat(4_000_000) }));

/** Headers that come, before a body that does not. */
function headersOnly(status, contentType) {
  const body = new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array([0x7b])) });
  return new Response(body, { status, headers: { "content-type": contentType } });
}

async function failed(call) {
  const { code, outcome, attempts } = await call.catch((error) => error);
  return [code, outcome, attempts];
}

test("the calls under way fail by what was known of them, and the next one works", async () => {
  await exhaustMemory();
  const answering =
    (status, contentType = "application/json") =>
    async () =>
      headersOnly(status, contentType);
  const createUser = (fetch) => earnkit.createUser(serversBehind(fetch).createUser, newUser);
  const underWay = {
    "asked for a token": [triggerEvent(never, { token: never }), "not_applied", 0],
    "no answer": [triggerEvent(never), "unknown", 1],
    "a read without an answer": [earnkit.listEarningRules(serversBehind(never).listEarningRules), "not_applied", 1],
    "the documented status and JSON": [triggerEvent(answering(200)), "applied", 1],
    "with a character set": [triggerEvent(answering(200, "application/problem+json; charset=utf-8")), "applied", 1],
    "a captive portal": [triggerEvent(answering(200, "text/html")), "unknown", 1],
    "a user made": [createUser(answering(201)), "applied", 1],
    "not the documented status": [createUser(answering(200)), "unknown", 1],
    "refused: 401": [triggerEvent(answering(401)), "not_applied", 1],
    "refused: 403": [triggerEvent(answering(403)), "not_applied", 1],
    "refused: 404": [triggerEvent(answering(404)), "not_applied", 1],
    "refused: 429": [triggerEvent(answering(429)), "not_applied", 1],
    "perhaps booked: 400": [triggerEvent(answering(400)), "unknown", 1],
    "perhaps booked: 409": [triggerEvent(answering(409)), "unknown", 1],
    "perhaps booked: 503": [triggerEvent(answering(503)), "unknown", 1],
  };
  const results = Object.entries(underWay).map(async ([about, [call]]) => [about, ...(await failed(call))]);
  await new Promise((resolve) => setTimeout(resolve, 10));

  const before = instances.length;
  assert.deepEqual(await failed(trap()), ["internal", "applied", 1]);
  const expected = Object.entries(underWay).map(([about, [, ...rest]]) => [about, "internal", ...rest]);
  assert.deepEqual(await Promise.all(results), expected);
  assert.equal(instances.length, before + 1, "a fresh instance, once");
  assert.deepEqual(await triggerEvent(async () => successOf("triggerEvent")), { points: 5 });
});

test("a request with a fresh token counts, not the refused one before it", async () => {
  await exhaustMemory();
  let sent = 0;
  const fetch = async () => (++sent === 1 ? Response.json({}, { status: 401 }) : never());
  const { token } = serversBehind().triggerEvent;
  const call = failed(triggerEvent(fetch, { token: (reason) => (reason === "initial" ? token : `${token}2`) }));
  while (sent < 2) await new Promise((resolve) => setTimeout(resolve));
  await failed(trap());
  assert.deepEqual(await call, ["internal", "unknown", 2]);
});

for (const operation of OPERATIONS) {
  test(`${operation} traps, and works again`, async () => {
    await exhaustMemory();
    const options = isRead(operation) ? { retries: 0 } : {};
    const call = (fetch) => earnkit[operation](serversBehind(fetch)[operation], ...ARGUMENTS[operation], options);
    const large = new Response(new Uint8Array(4_000_000).fill(0x20));
    assert.equal((await failed(call(async () => large)))[0], "internal");
    assert.ok(await call(async () => successOf(operation)));
  });
}

test("the caller's signal is let go, and the request given up", async () => {
  await exhaustMemory();
  const { signal } = new AbortController();
  let given;
  const fetch = (_, init) => {
    given = init.signal;
    return never();
  };
  const call = failed(triggerEvent(fetch, {}, { signal }));
  await new Promise((resolve) => setTimeout(resolve, 10));
  await failed(trap());
  assert.deepEqual(await call, ["internal", "unknown", 1]);
  assert.deepEqual(getEventListeners(signal, "abort"), []);
  assert.ok(given.aborted, "nothing runs on for a call that is over");
});
