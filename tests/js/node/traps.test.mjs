// Whatever a `fetch` gives, a call fails with a LoyaltyError and the next one works: a trap of the WebAssembly costs the
// calls under way and nothing more.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import * as earnkit from "earnkit";

import { hostileProxy } from "../support/bad-values.mjs";
import { ARGUMENTS, documentedStatus, isRead, OPERATIONS, serversBehind, successOf } from "../support/operations.mjs";
import { memories, trapNext } from "../support/trap.mjs";

const RESETS = 2_000;
const CALLS = 5_000;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc");
/** Those that garbage collection leaves. What finalizers hold on to goes with a later turn of the event loop. */
async function liveMemories() {
  for (let turn = 0; turn < 5; turn++) {
    await new Promise((resolve) => setTimeout(resolve));
    collectGarbage();
  }
  return memories.map((memory) => memory.deref()).filter(Boolean);
}

const throwing = () => {
  throw new Error("hostile");
};
const headers = { get: () => "application/json" };
const getter = (name, rest) => Object.defineProperty({ ...rest }, name, { get: throwing });
const reading = (read) => ({ status: 200, headers, body: { getReader: () => ({ read }) } });
/** A body of one chunk. */
const chunk = (value) => {
  let reads = 0;
  return reading(async () => ({ done: reads++ > 0, value }));
};

/** What is no `Response`, or only looks like one; made afresh, because a body is read once. */
const answers = () => ({
  undefined: undefined,
  null: null,
  "a number": 5,
  "a string": "{}",
  "a symbol": Symbol("response"),
  "an object": {},
  "a proxy": hostileProxy(),
  "a status without headers": { status: 200 },
  "no status": { headers, body: null },
  "a status that throws": getter("status", { headers }),
  "a status that is a text": { status: "teapot", headers, body: null },
  "headers that throw": getter("headers", { status: 200 }),
  "headers without get": { status: 200, headers: {} },
  "headers.get gives a number": { status: 200, headers: { get: () => 5 } },
  "headers.get gives an object": { status: 200, headers: { get: () => ({}) } },
  "headers.get throws": { status: 200, headers: { get: throwing } },
  "headers.get throws what is no Error": {
    status: 200,
    headers: {
      get() {
        throw undefined;
      },
    },
  },
  "no body": { status: 200, headers },
  "a body that throws": getter("body", { status: 200, headers }),
  "a body that is a number": { status: 200, headers, body: 5 },
  "a body that is a text": { status: 200, headers, body: "{}" },
  "a body without reader": { status: 200, headers, body: {} },
  "a reader that throws": { status: 200, headers, body: { getReader: throwing } },
  "no reader": { status: 200, headers, body: { getReader: () => null } },
  "read throws": reading(throwing),
  "read gives no promise": reading(() => 5),
  "read rejects": reading(() => Promise.reject(new Error("hostile"))),
  "read rejects with nothing": reading(() => Promise.reject()),
  "read gives undefined": reading(async () => undefined),
  "read gives a chunk that is null": chunk(null),
  "read gives a chunk that is a text": chunk("{}"),
  "read gives a chunk that is a proxy": chunk(hostileProxy()),
  "a chunk of an impossible length": chunk({ length: 1e15 }),
  "a chunk of a negative length": chunk({ length: -1 }),
  "arrayBuffer throws": { status: 200, headers, arrayBuffer: throwing },
  "arrayBuffer gives a number": { status: 200, headers, arrayBuffer: async () => 5 },
  "a used body": (() => {
    const response = Response.json({});
    response.text();
    return response;
  })(),
  "a locked body": (() => {
    const response = Response.json({});
    response.body.getReader();
    return response;
  })(),
});

const resolving = (answer) => async () => answer;
const goodCall = (operation) =>
  earnkit[operation](serversBehind(async () => successOf(operation))[operation], ...ARGUMENTS[operation]);
const callWith = (operation, fetch) =>
  earnkit[operation](serversBehind(fetch)[operation], ...ARGUMENTS[operation], isRead(operation) ? { retries: 0 } : {});

/** An answer on which the WebAssembly traps, once it has the status and asks for the body. */
const trap = (status, type = null) => ({
  status,
  headers: { get: (name) => (name === "content-type" ? type : null) },
  async arrayBuffer() {
    trapNext();
    return new ArrayBuffer(0);
  },
});
const trapping = async () => trap(200);

for (const operation of OPERATIONS) {
  test(`${operation}: a fetch that gives anything but a response`, async () => {
    for (const [about, answer] of Object.entries(answers())) {
      await assert.rejects(callWith(operation, resolving(answer)), (error) => {
        assert.ok(earnkit.isLoyaltyError(error), `${about}: ${error}`);
        assert.ok(["internal", "network", "invalid_response"].includes(error.code), `${about}: ${error.code}`);
        assert.equal(error.attempts, 1);
        // Nothing that such a thing says is proof of anything, but that the server may have been asked.
        if (isRead(operation)) assert.equal(error.outcome, "not_applied", about);
        else assert.ok(["unknown", "applied"].includes(error.outcome), about);
        return true;
      });
      assert.ok(await goodCall(operation), `${about}: works afterwards`);
    }
  });

  test(`${operation}: a fetch that gives no promise, or throws`, async () => {
    const fetches = [
      () => undefined,
      () => 5,
      throwing,
      () => hostileProxy(),
      () => Promise.reject(),
      () => Promise.reject(Symbol("no")),
    ];
    for (const fetch of fetches) {
      await assert.rejects(callWith(operation, fetch), { name: "LoyaltyError", code: "network", attempts: 1 });
    }
    const response = () => successOf(operation);
    assert.ok(await callWith(operation, response), "a response without a promise will do");
  });

  test(`${operation}: a trap is an internal error, with what the status already told`, async () => {
    const answers = [
      [trap(200), "unknown"],
      [trap(documentedStatus(operation), "application/json"), "applied"],
      [trap(403, "application/json"), "not_applied"],
      [trap(500, "application/json"), "unknown"],
    ];
    for (const [answer, outcome] of answers) {
      await assert.rejects(callWith(operation, resolving(answer)), {
        code: "internal",
        outcome: isRead(operation) ? "not_applied" : outcome,
        operation,
        attempts: 1,
      });
      assert.ok(await goodCall(operation));
    }
  });
}

const runningTimers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;

test("a trap ends every call under way, and nothing later: their answers, timers and signals are let go", async () => {
  const timersBefore = runningTimers();
  const releases = [];
  const waiting = () => new Promise((resolve, reject) => releases.push({ resolve, reject }));
  const signals = [];
  const fetch = (_, init) => {
    signals.push(init.signal);
    return waiting();
  };
  const controller = new AbortController();
  const started = OPERATIONS.map((operation) => {
    const { [operation]: server } = serversBehind(fetch);
    return earnkit[operation](server, ...ARGUMENTS[operation], { signal: controller.signal });
  });
  // One waits for its token: nothing of it was sent.
  const { listEarningRules: server } = serversBehind(fetch);
  started.push(earnkit.listEarningRules({ ...server, token: waiting }));
  const settled = Promise.allSettled(started);
  await new Promise((resolve) => setTimeout(resolve));
  assert.equal(releases.length, OPERATIONS.length + 1);

  await assert.rejects(callWith("triggerEvent", trapping), { code: "internal" });

  const failures = (await settled).map(({ reason: { code, outcome, operation, attempts } }) => [
    operation,
    code,
    outcome,
    attempts,
  ]);
  const expected = OPERATIONS.map((operation) => [
    operation,
    "internal",
    isRead(operation) ? "not_applied" : "unknown",
    1,
  ]);
  assert.deepEqual(failures, [...expected, ["listEarningRules", "internal", "not_applied", 0]]);
  assert.ok(signals.every(({ aborted }) => aborted));
  assert.equal(runningTimers(), timersBefore, "nothing keeps the process from ending");

  // What comes too late meets nobody: an unhandled rejection would fail this test.
  controller.abort();
  for (const [index, { resolve, reject }] of releases.entries()) {
    if (index % 2) resolve(successOf("triggerEvent"));
    else reject(new Error("too late"));
  }
  await new Promise((resolve) => setTimeout(resolve, 20));
  for (const operation of OPERATIONS) assert.ok(await goodCall(operation));
});

test(`${RESETS} traps leave one instance, of the same size`, async () => {
  const before = (await liveMemories()).at(-1).buffer.byteLength;
  for (let reset = 0; reset < RESETS; reset++) {
    await assert.rejects(callWith("triggerEvent", trapping), { code: "internal" });
  }
  assert.ok(await goodCall("triggerEvent"));
  const live = await liveMemories();
  assert.ok(live.length <= 3, `${live.length} instances are still held`);
  assert.equal(live.at(-1).buffer.byteLength, before);
});

test(`${CALLS} calls leave the memory as it was`, async () => {
  const sizes = [];
  for (let call = 0; call < CALLS; call++) {
    await goodCall(OPERATIONS[call % OPERATIONS.length]);
    if (call % 1_000 === 999) sizes.push((await liveMemories()).at(-1).buffer.byteLength);
  }
  assert.equal(new Set(sizes).size, 1, sizes.join());
});
