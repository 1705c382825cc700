// A store's own `fetch` that hands out what can't be read: its call fails, and no other.
import assert from "node:assert/strict";
import { test } from "node:test";

import { triggerEvent } from "earnkit";

import { serversBehind, successOf } from "../support/operations.mjs";

const headers = new Headers({ "content-type": "application/json" });
const throwing = () => {
  throw new Error("not today");
};

const ANSWERS = {
  // What a wrapper leaves that has logged the body.
  "a body that was read": async () => {
    const response = successOf("triggerEvent");
    await response.text();
    return response;
  },
  "a body that somebody is reading": () => {
    const response = successOf("triggerEvent");
    response.body.getReader();
    return response;
  },
  "a body that is a text": () => ({ status: 200, headers, body: '{"points":5}' }),
  "a reader that throws": () => ({ status: 200, headers, body: { getReader: throwing } }),
  "no reader": () => ({ status: 200, headers, body: { getReader: () => null } }),
  "a reader whose read throws": () => ({ status: 200, headers, body: { getReader: () => ({ read: throwing }) } }),
  "neither body nor arrayBuffer": () => ({ status: 200, headers }),
  "arrayBuffer throws": () => ({ status: 200, headers, arrayBuffer: throwing }),
};

for (const [about, answer] of Object.entries(ANSWERS)) {
  test(`${about}: the status still tells that it was applied, and other calls go on`, async () => {
    let release;
    const slow = () =>
      new Promise((resolve) => {
        release = () => resolve(successOf("triggerEvent"));
      });
    const other = triggerEvent(serversBehind(slow).triggerEvent, "joined");
    const call = triggerEvent(serversBehind(async () => answer()).triggerEvent, "joined");
    await assert.rejects(call, { code: "network", outcome: "applied", status: 200, attempts: 1 });
    release();
    assert.deepEqual(await other, { points: 5 });
  });
}

test("an answer without a stream keeps to maxResponseBytes", async () => {
  const arrayBuffer = async () => new ArrayBuffer(101);
  const server = serversBehind(async () => ({ status: 200, headers, arrayBuffer })).triggerEvent;
  const call = triggerEvent(server, "joined", { maxResponseBytes: 100 });
  await assert.rejects(call, { code: "invalid_response", outcome: "applied", status: 200 });
});

test("an answer that comes after the call's end, from a fetch that does not heed its signal, is cancelled", async () => {
  let arrive;
  const fetch = () =>
    new Promise((resolve) => {
      arrive = resolve;
    });
  const call = triggerEvent(serversBehind(fetch).triggerEvent, "joined", { timeoutMs: 10 });
  await assert.rejects(call, { code: "timeout", outcome: "unknown" });
  const cancelled = new Promise((resolve) => {
    arrive(new Response(new ReadableStream({ cancel: resolve }), { headers }));
  });
  await cancelled;
});
