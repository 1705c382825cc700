// A runtime that freezes what waits, as Cloudflare's workers do when the client has gone away: nothing of it stays.
import assert from "node:assert/strict";
import { test } from "node:test";
import { memories } from "../support/memories.mjs";
import { serversBehind, successOf } from "../support/operations.mjs";

const CALLS = 1_000;

const { triggerEvent } = await import("earnkit");

const until = async (holds) => {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
};
const works = async () => {
  const { triggerEvent: server } = serversBehind(async () => successOf("triggerEvent"));
  assert.deepEqual(await triggerEvent(server, "joined"), { points: 5 });
};

test("calls that were frozen are let go of once their time is long over", async (context) => {
  await works();
  let clock = performance.now();
  context.mock.method(performance, "now", () => clock);
  // Timers of what is frozen do not fire.
  context.mock.timers.enable({ apis: ["setTimeout"] });
  let sent = 0;
  const never = () => {
    sent++;
    return new Promise(() => {});
  };
  const sizes = [];
  for (let round = 1; round <= 4; round++) {
    for (let n = 0; n < CALLS; n++) triggerEvent(serversBehind(never).triggerEvent, "joined");
    await until(() => sent === round * CALLS);
    clock += 100_000;
    await works();
    sizes.push(memories.at(-1).buffer.byteLength);
  }
  assert.equal(sizes.at(-1), sizes[0], `the wasm's memory: ${sizes}`);
  assert.equal(memories.length, 1, "no call trapped");
});

test("one that is late, but within its time, is let be", async (context) => {
  let clock = performance.now() + 10_000_000;
  context.mock.method(performance, "now", () => clock);
  await works();
  let answer;
  const late = triggerEvent(serversBehind(() => new Promise((resolve) => (answer = resolve))).triggerEvent, "joined", {
    timeoutMs: 200_000,
    totalTimeoutMs: 200_000,
  });
  await until(() => answer);
  clock += 150_000;
  await works();
  answer(successOf("triggerEvent"));
  assert.deepEqual(await late, { points: 5 });
});

test("one that was only asleep, as a page on a laptop is, has timed out when it wakes up", async (context) => {
  let clock = performance.now() + 20_000_000;
  context.mock.method(performance, "now", () => clock);
  let answer;
  const asleep = triggerEvent(serversBehind(() => new Promise((resolve) => (answer = resolve))).triggerEvent, "joined");
  await until(() => answer);
  clock += 1_000_000;
  await works();
  answer(successOf("triggerEvent"));
  await assert.rejects(asleep, { code: "timeout", outcome: "unknown", attempts: 1 });
});
