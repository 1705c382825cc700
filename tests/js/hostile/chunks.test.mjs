// Bodies that never leave the event loop a turn, and streams that a call has no more use for.
import assert from "node:assert/strict";
import { test } from "node:test";

import { listEarningRules, triggerEvent } from "earnkit";

const failureOf = (call) =>
  call.then(
    (value) => assert.fail(JSON.stringify(value)),
    (error) => error,
  );

/** A `fetch` that ignores its signal, and notes when its body is cancelled. */
function endless(chunk) {
  const seen = { cancelled: false };
  const body = () =>
    new ReadableStream({
      pull: (controller) => controller.enqueue(chunk),
      cancel: () => {
        seen.cancelled = true;
      },
    });
  const fetch = async () => new Response(body(), { headers: { "content-type": "application/json" } });
  return { seen, server: { baseUrl: "https://loyalty.example.com", token: "t", fetch } };
}

for (const [name, chunk] of [
  ["of nothing", new Uint8Array()],
  ["of a byte", Uint8Array.of(32)],
]) {
  test(`an endless body in chunks ${name} ends with the time limit`, async () => {
    const { seen, server } = endless(chunk);
    const error = await failureOf(triggerEvent(server, "facebook_like", { timeoutMs: 100 }));
    assert.deepEqual([error.code, error.outcome], ["timeout", "applied"]);
    assert.ok(seen.cancelled);
  });
}

test("a body that is too large is cancelled", async () => {
  const { seen, server } = endless(new Uint8Array(1024));
  const error = await failureOf(listEarningRules(server, { maxResponseBytes: 10_000, retries: 0 }));
  assert.equal(error.code, "invalid_response");
  assert.ok(seen.cancelled);
});

for (const [name, status] of Object.entries({
  "a BigInt": 200n,
  "beyond 32 bits": 2 ** 32 + 200,
  "a fraction": 200.5,
})) {
  test(`a status that is ${name} is no answer, and other calls go on`, async () => {
    const headers = new Headers({ "content-type": "application/json" });
    const fetch = async () => ({ status, headers, body: null, arrayBuffer: async () => new ArrayBuffer(0) });
    const server = { baseUrl: "https://loyalty.example.com", token: "t" };
    const other = triggerEvent(
      {
        ...server,
        fetch: async () => {
          await new Promise((resolve) => setTimeout(resolve, 50));
          return Response.json({ points: 5 });
        },
      },
      "newsletter.joined",
    );
    const error = await failureOf(triggerEvent({ ...server, fetch }, "facebook_like"));
    assert.deepEqual([error.code, error.outcome], ["network", "unknown"]);
    assert.deepEqual(await other, { points: 5 });
  });
}
