// The sandbox in wasm behaves as a connection to its servers would, faults included.
import assert from "node:assert/strict";
import { test } from "node:test";

import { createSandbox } from "earnkit/sandbox";

const EVENT = "/api/DEFAULT/customer/earningRule/photo.shared";
const json = (body) => ({
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

async function start(options) {
  const sandbox = createSandbox(options);
  const { fetch } = sandbox;
  const answer = await fetch(
    `${sandbox.baseUrl}/api/DEFAULT/customer/login_check`,
    json({ _username: "anna@example.com", _password: "password" }),
  );
  assert.equal(answer.status, 200);
  const { token } = await answer.json();
  const headers = { authorization: `Bearer ${token}` };
  return {
    ...sandbox,
    headers,
    trigger: (init) => fetch(sandbox.baseUrl + EVENT, { method: "POST", headers, redirect: "manual", ...init }),
    inject: async (fault) => assert.equal((await fetch("/sandbox/faults", json(fault))).status, 201),
    booked: async () => {
      const { entries } = await (await fetch("/sandbox/ledger")).json();
      return entries.filter(({ kind }) => kind === "event").length;
    },
    lastRequest: async () => (await (await fetch("/sandbox/requests")).json()).requests.at(-1),
  };
}

test("answers as a fetch does", async () => {
  const { fetch, baseUrl, koomaloomaBaseUrl, headers } = await start();
  const list = await fetch(new URL("/api/customer/earningRule", baseUrl), { headers });
  assert.equal(list.url, `${baseUrl}/api/customer/earningRule`);
  assert.equal(list.headers.get("content-type"), "application/json");
  assert.equal((await list.json()).currency, "EUR");
  const key = { "X-KoomaLooma-JWT": "sandbox-partner-key" };
  const user = await fetch(new Request(`${koomaloomaBaseUrl}/users`, { method: "POST", headers: key }));
  assert.equal(user.status, 201);
  assert.equal((await user.json()).partner_id, "sandbox-shop");
});

test("stays in its own origin", async () => {
  const { fetch, trigger, inject } = await start();
  await assert.rejects(fetch("https://example.com/"), TypeError);
  await inject({ fault: "redirect", location: "https://example.com/" });
  await assert.rejects(trigger({ redirect: "follow" }), TypeError);
});

test("drops reject with a TypeError", async () => {
  const { trigger, inject, booked, lastRequest } = await start();
  await inject({ fault: "drop_before" });
  await assert.rejects(trigger(), TypeError);
  assert.equal(await booked(), 0);
  await inject({ fault: "apply_then_drop" });
  await assert.rejects(trigger(), TypeError);
  assert.equal(await booked(), 1);
  const { status, fault } = await lastRequest();
  assert.deepEqual([status, fault], [null, "apply_then_drop"]);
});

test("stalls end with the signal and with its reason", async () => {
  const { trigger, inject, booked, lastRequest } = await start();
  const reason = new Error("enough");
  for (const fault of ["stall_headers", "stall_body"]) {
    await inject({ fault });
    const controller = new AbortController();
    const call = trigger({ signal: controller.signal }).then((answer) => answer.text());
    setTimeout(() => controller.abort(reason), 30);
    await assert.rejects(call, (error) => error === reason);
    assert.ok((await lastRequest()).durationMs >= 25);
  }
  assert.equal(await booked(), 2);
});

test("a stalled body gives its first bytes, and can be cancelled", async () => {
  const { trigger, inject } = await start();
  await inject({ fault: "stall_body", bytes: 5 });
  const answer = await trigger();
  assert.equal(answer.headers.get("content-length"), "22");
  const reader = answer.body.getReader();
  assert.equal((await reader.read()).value.length, 5);
  await reader.cancel();
});

test("a truncated body gives its first bytes, then an error", async () => {
  const { trigger, inject } = await start();
  await inject({ fault: "truncate" });
  const reader = (await trigger()).body.getReader();
  assert.equal((await reader.read()).value.length, 11);
  await assert.rejects(reader.read(), TypeError);
});

test("an oversized body comes in pieces and without a length", async () => {
  const { trigger, inject } = await start();
  await inject({ fault: "oversize" });
  const answer = await trigger();
  assert.equal(answer.headers.get("content-length"), null);
  let pieces = 0;
  let bytes = 0;
  for await (const piece of answer.body) {
    pieces += 1;
    bytes += piece.length;
  }
  assert.ok(pieces > 100 && bytes > 8 * 1024 * 1024, `${pieces} pieces, ${bytes} bytes`);
});

test("a delay waits, unless the signal aborts", async () => {
  const { trigger, inject, booked } = await start();
  await inject({ fault: "delay", delayMs: 60 });
  const started = performance.now();
  assert.equal((await trigger()).status, 200);
  assert.ok(performance.now() - started >= 55);
  await inject({ fault: "delay", delayMs: 60_000 });
  await assert.rejects(trigger({ signal: AbortSignal.timeout(10) }), { name: "TimeoutError" });
  assert.equal(await booked(), 2);
  await assert.rejects(trigger({ signal: AbortSignal.abort() }), { name: "AbortError" });
  assert.equal(await booked(), 2);
});

test("redirects are honoured as the request says", async () => {
  const { trigger, inject } = await start();
  const fault = { fault: "redirect", location: "/sandbox/clock", redirectStatus: 303 };
  await inject({ ...fault, count: 3 });
  const manual = await trigger();
  assert.deepEqual([manual.status, manual.headers.get("location")], [303, "/sandbox/clock"]);
  await assert.rejects(trigger({ redirect: "error" }), TypeError);
  assert.ok((await (await trigger({ redirect: "follow" })).json()).now);
});

test("statuses without a body have none", async () => {
  const { trigger, inject } = await start();
  await inject({ fault: "status", status: 204 });
  assert.equal((await trigger()).body, null);
});

test("the state goes on in another sandbox", async () => {
  const first = await start({ seed: 7, now: () => 1_767_607_200_000 });
  await first.trigger();
  const second = createSandbox({ state: await first.state(), now: () => 1_767_607_260_000 });
  const { entries } = await (await second.fetch("/sandbox/ledger")).json();
  assert.deepEqual(
    entries.map(({ kind, at }) => [kind, at]),
    [
      ["login", "2026-01-05T10:00:00Z"],
      ["event", "2026-01-05T10:00:00Z"],
    ],
  );
  assert.equal((await (await second.fetch("/sandbox/clock")).json()).now, "2026-01-05T10:01:00Z");
});

test("what is not an option is refused at the call, by name", () => {
  const refused = (options, message) =>
    assert.throws(() => createSandbox(options), { name: "TypeError", message: `createSandbox: ${message}` });
  for (const options of [null, 1, "state", true, Symbol("options"), () => {}, []]) {
    refused(options, "options must be an object");
  }
  for (const now of [5, "now", null, {}, new Date(0)]) {
    refused({ now }, "options.now must be a function that gives milliseconds since 1970");
  }
  for (const seed of ["a", "1", Number.NaN, -1, 1.5, 2 ** 32, Number.POSITIVE_INFINITY, 1n, null]) {
    refused({ seed }, "options.seed must be an integer from 0 to 4294967295");
  }
  for (const state of ["", "{", "[]", "null", '"text"', "{}", 1, null, {}, new Uint8Array(2)]) {
    refused({ state }, "options.state must be what state() gave in this version of earnkit");
  }
});

test("a state or a time that turns out to be none is refused by the first request", async () => {
  const state = JSON.parse(await createSandbox().state());
  const other = createSandbox({ state: JSON.stringify({ ...state, ledger: "" }) });
  await assert.rejects(other.fetch("/"), { name: "TypeError", message: /^createSandbox: options\.state must be / });
  for (const time of [Number.NaN, Number.POSITIVE_INFINITY, "2026-12-24", undefined, 5n]) {
    const { fetch } = createSandbox({ now: () => time });
    await assert.rejects(fetch("/"), { name: "TypeError", message: /^createSandbox: options\.now must be / });
  }
});

test("sandboxes know nothing of each other", async () => {
  const [one, other] = [await start(), await start()];
  await one.trigger();
  assert.deepEqual([await one.booked(), await other.booked()], [1, 0]);
});
