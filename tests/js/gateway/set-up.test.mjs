// A wrong set-up answers requests with 500 `misconfigured`, and the log has one sentence.
import assert from "node:assert/strict";
import { test } from "node:test";

import { createGateway, memoryLedger } from "earnkit/gateway";

const GOOD = {
  mountPath: "/loyalty",
  openLoyalty: () => ({ baseUrl: "https://loyalty.invalid" }),
  origins: ["https://shop.example"],
  events: ["facebook_like"],
  identify: () => null,
  ledger: () => memoryLedger(),
  log: () => {},
};
const NAMESPACE = { idFromName: () => "id", get: () => ({ fetch: () => Promise.reject(new Error("unused")) }) };

const health = (options, url = "http://127.0.0.1/loyalty/_health", env = {}, headers = {}) =>
  createGateway(options).fetch(new Request(url, { headers }), env);

test("a right set-up is healthy", async () => {
  assert.equal((await health(GOOD)).status, 200);
  assert.equal(
    (await health({ ...GOOD, ledger: () => NAMESPACE }, "https://shop.example/loyalty/_health")).status,
    200,
  );
  const origins = (env) => env.ORIGINS.split(" ");
  assert.equal(
    (await health({ ...GOOD, origins }, undefined, { ORIGINS: "https://a.example https://b.example" })).status,
    200,
  );
});

const WRONG = {
  "no options": [undefined, /mountPath must be/],
  "no identify": [{ ...GOOD, identify: undefined }, /identify must be a function/],
  "no server": [{ ...GOOD, openLoyalty: undefined }, /openLoyalty or koomalooma must be/],
  "no origins": [{ ...GOOD, origins: undefined }, /origins must be a list/],
  "origins that are none": [{ ...GOOD, origins: ["https://shop.example/"] }, /origins must be a list/],
  "an http server": [{ ...GOOD, openLoyalty: () => ({ baseUrl: "http://loyalty.example" }) }, /baseUrl with https/],
  "an environment that lacks the address": [
    { ...GOOD, openLoyalty: (env) => ({ baseUrl: env.URL }) },
    /must give a baseUrl/,
  ],
  "an option that throws": [
    {
      ...GOOD,
      openLoyalty: () => {
        throw new Error("marked-secret");
      },
    },
    /openLoyalty threw an error/,
  ],
  "an environment that lacks the ledger": [
    { ...GOOD, ledger: (env) => env.LEDGER ?? null },
    /ledger must give a Durable Object/,
  ],
  "no ledger": [{ ...GOOD, ledger: undefined }, /ledger must be a function/],
  "a short credential": [{ ...GOOD, serverCredential: () => "short" }, /serverCredential must give 16/],
  "a credential that is not there": [{ ...GOOD, serverCredential: (env) => env.KEY }, /serverCredential must give 16/],
  "a key that is not there": [
    { ...GOOD, koomalooma: (env) => ({ apiKey: env.KEY, partnerId: "p" }) },
    /koomalooma must give an apiKey/,
  ],
  "a limit that is none": [{ ...GOOD, rateLimit: { perMinute: "many" } }, /rateLimit.perMinute/],
  "a budget that is none": [{ ...GOOD, dailyPoints: Number.NaN }, /dailyPoints must be/],
};

for (const [about, [options, sentence]] of Object.entries(WRONG)) {
  test(about, async (t) => {
    const complaints = t.mock.method(console, "error", () => {});
    const gateway = createGateway(options && { ...options, log: () => {} });
    for (const _ of [1, 2]) {
      const response = await gateway.fetch(new Request("http://127.0.0.1/loyalty/_health"), {});
      const { error, final } = await response.json();
      assert.deepEqual(
        [response.status, error.code, error.outcome, final],
        [500, "misconfigured", "not_applied", false],
      );
      assert.doesNotMatch(JSON.stringify(error), sentence);
    }
    assert.equal(complaints.mock.callCount(), 1);
    const [said] = complaints.mock.calls[0].arguments;
    assert.match(said, sentence);
    assert.doesNotMatch(said, /marked-secret|short/);
  });
}

test("a ledger in memory is refused where others can reach it, and in production", async (t) => {
  const complaints = t.mock.method(console, "error", () => {});
  assert.equal((await health(GOOD, "https://shop.example/loyalty/_health")).status, 500);
  const before = process.env.NODE_ENV;
  process.env.NODE_ENV = "production";
  try {
    assert.equal((await health(GOOD)).status, 500);
  } finally {
    if (before === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = before;
  }
  for (const headers of [
    { "x-forwarded-for": "192.0.2.1" },
    { "x-forwarded-for": "127.0.0.1, 2001:db8::1" },
    { "x-forwarded-host": "shop.example" },
    { "x-real-ip": "::ffff:192.0.2.1" },
    { forwarded: 'for="[2001:db8::1]:4711";proto=https' },
    { forwarded: "for=127.0.0.1, for=127.0.0.1;host=shop.example:443" },
  ])
    assert.equal((await health(GOOD, undefined, undefined, headers)).status, 500, JSON.stringify(headers));
  // A development server may be a proxy as well.
  for (const headers of [
    {
      "x-forwarded-for": "::1, 127.0.0.1:50000",
      "x-forwarded-host": "localhost:5173",
      "x-real-ip": "::ffff:127.0.0.1",
    },
    { forwarded: 'for="[::1]:4711";host="shop.localhost:5173";by=proxy' },
  ])
    assert.equal((await health(GOOD, undefined, undefined, headers)).status, 200, JSON.stringify(headers));
  assert.ok(complaints.mock.callCount() >= 2);
  for (const { arguments: said } of complaints.mock.calls) assert.match(said[0], /memoryLedger\(\) is for development/);
  assert.equal(
    (await health({ ...GOOD, events: [], ledger: undefined }, "https://shop.example/loyalty/_health")).status,
    200,
  );
});

test("in a page the entry throws one clear sentence", async () => {
  const entry = new URL("gateway_unavailable.js", import.meta.resolve("earnkit/package.json"));
  await assert.rejects(import(entry), { message: /holds secrets.* never in a page/ });
});
