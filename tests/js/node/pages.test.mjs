// A partner's key has no place in a page: koomalooma's calls are refused there before anything is sent. Servers, which
// are recognised first, may have a `document` or a `WorkerGlobalScope` as well.
import assert from "node:assert/strict";
import { test } from "node:test";

import * as earnkit from "earnkit";

import { ARGUMENTS, OPERATIONS, serversBehind, successOf } from "../support/operations.mjs";

const PARTNERS = ["createUser", "assignPoints"];

/** Everything by which a runtime is told. */
const TELLING = ["process", "Deno", "Bun", "EdgeRuntime", "WebSocketPair", "fastly", "document", "WorkerGlobalScope"];

class WorkerGlobalScope {}
const document = {};
const node = { versions: { node: "20.19.0" } };

const PAGES = {
  "a page": { document },
  "a page with a bundler's stand-in for process": { document, process: { env: {}, versions: {} } },
  "a page with less than that": { document, process: {} },
  "a web worker, a shared worker or a service worker": { WorkerGlobalScope },
  "a worker with a bundler's stand-in for process": { WorkerGlobalScope, process: { browser: true } },
};

const SERVERS = {
  "Node.js": { process: node },
  "Node.js with a document for its tests": { process: node, document },
  Deno: { Deno: {}, WorkerGlobalScope },
  Bun: { Bun: {}, process: node },
  workerd: { WebSocketPair: class {}, WorkerGlobalScope },
  "workerd with Node's process": { WebSocketPair: class {}, WorkerGlobalScope, process: node },
  "Vercel's edge runtime": { EdgeRuntime: "edge-runtime" },
  Fastly: { fastly: {}, WorkerGlobalScope },
  "a runtime that nobody knows": {},
};

/** Runs `start` with these globals, and puts everything back before anything else runs. */
function inRuntime(globals, start) {
  const saved = TELLING.map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)]);
  for (const name of TELLING) {
    Object.defineProperty(globalThis, name, { value: globals[name], configurable: true, writable: true });
  }
  try {
    return start();
  } finally {
    for (const [name, descriptor] of saved) {
      delete globalThis[name];
      if (descriptor) Object.defineProperty(globalThis, name, descriptor);
    }
  }
}

/** Makes a call there, and gives what came of it and how much was sent. */
async function callIn(globals, operation, change) {
  let sent = 0;
  const fetch = async () => {
    sent++;
    return successOf(operation);
  };
  const server = { ...serversBehind(fetch)[operation], ...change };
  const started = inRuntime(globals, () => earnkit[operation](server, ...ARGUMENTS[operation]));
  const result = await started.catch((error) => error);
  return { result, sent };
}

for (const [runtime, globals] of Object.entries(PAGES)) {
  test(`${runtime}: koomalooma's calls are refused, and nothing is sent`, async () => {
    for (const operation of PARTNERS) {
      for (const change of [{}, { dangerouslyAllowBrowser: false }, { baseUrl: undefined }]) {
        const { result, sent } = await callIn(globals, operation, change);
        assert.ok(earnkit.isLoyaltyError(result, "invalid_input"), String(result));
        assert.deepEqual(
          [result.outcome, result.field, result.attempts, sent],
          ["not_applied", "koomalooma.apiKey", 0, 0],
        );
        assert.match(result.message, /every visitor can read it/);
        assert.ok(!result.message.includes("partner-key"));
      }
    }
  });

  test(`${runtime}: koomalooma's calls work for those who insist`, async () => {
    for (const operation of PARTNERS) {
      const { result, sent } = await callIn(globals, operation, { dangerouslyAllowBrowser: true });
      assert.ok(!(result instanceof Error), String(result));
      assert.equal(sent, 1);
    }
  });

  test(`${runtime}: the customer's own calls are at home there`, async () => {
    for (const operation of OPERATIONS.filter((name) => !PARTNERS.includes(name))) {
      const { result, sent } = await callIn(globals, operation);
      assert.ok(!(result instanceof Error), String(result));
      assert.equal(sent, 1);
    }
  });
}

for (const [runtime, globals] of Object.entries(SERVERS)) {
  test(`${runtime}: every call works`, async () => {
    for (const operation of OPERATIONS) {
      const { result, sent } = await callIn(globals, operation);
      assert.ok(!(result instanceof Error), String(result));
      assert.equal(sent, 1);
    }
  });
}
