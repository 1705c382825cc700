// Who may ask what, from where, how often and in which form. In Node.js, against the sandbox over TCP.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { createGateway, memoryLedger } from "earnkit/gateway";

import { KOOMALOOMA_KEY, ORIGIN, PARTNER_ID, SERVER_CREDENTIAL } from "../support/gateway.mjs";
import { startSandbox } from "../support/sandbox.mjs";

const MOUNT = "http://127.0.0.1:8080/loyalty";

let sandbox;
let token;
let keys = 0;
before(async () => {
  sandbox = await startSandbox();
  token = await sandbox.signIn("anna@example.com");
});
after(() => sandbox?.stop());

/** A gateway of its own for each test, whose customers nobody else has. */
function makeGateway(options = {}) {
  const customer = `customer-${++keys}`;
  const lines = [];
  const gateway = createGateway({
    mountPath: "/loyalty",
    openLoyalty: () => ({ baseUrl: sandbox.url }),
    koomalooma: () => ({ apiKey: KOOMALOOMA_KEY, baseUrl: `${sandbox.url}/koomalooma/api`, partnerId: PARTNER_ID }),
    origins: [ORIGIN],
    events: ["photo.shared"],
    identify: () => ({ id: customer, token, userSessionId: "session" }),
    ledger: () => memoryLedger(),
    serverCredential: () => SERVER_CREDENTIAL,
    log: (line) => lines.push(line),
    ...options,
  });
  return {
    lines,
    async send(path, { method = "GET", key, ...init } = {}, headers = {}) {
      const isPost = method === "POST";
      const response = await gateway.fetch(
        new Request(`${MOUNT}/${path}`, {
          method,
          body: isPost ? "{}" : undefined,
          headers: {
            ...(isPost && { origin: ORIGIN, "content-type": "application/json" }),
            ...(isPost && key !== null && { "idempotency-key": key ?? `key-${++keys}` }),
            ...headers,
          },
          ...init,
        }),
      );
      const text = await response.text();
      return { status: response.status, headers: response.headers, text, body: text ? JSON.parse(text) : undefined };
    },
  };
}

async function refuses(sending, status, code, about) {
  const answer = await sending;
  assert.deepEqual(
    [answer.status, answer.body?.error?.code, answer.body?.error?.outcome],
    [status, code, "not_applied"],
    about,
  );
  assert.equal(answer.headers.get("cache-control"), "no-store");
  assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
  assert.equal(answer.headers.get("content-type"), "application/json");
  return answer;
}

const EVENT = "events/photo.shared";
const post = { method: "POST" };

test("a POST comes from a listed origin", async () => {
  const { send } = makeGateway();
  const before = (await sandbox.ledger()).length;
  for (const origin of [
    "https://evil.example",
    "https://shop.example.evil.example",
    "http://shop.example",
    "null",
    undefined,
  ]) {
    const headers = { "content-type": "application/json", "idempotency-key": "key", ...(origin && { origin }) };
    const answer = await refuses(send(EVENT, { ...post, headers }), 403, "forbidden", origin);
    assert.equal(answer.headers.get("access-control-allow-origin"), null);
  }
  assert.equal((await sandbox.ledger()).length, before);
  const listed = await send(EVENT, post, { "sec-fetch-site": "cross-site" });
  assert.equal(listed.status, 200, listed.text);
  assert.equal(listed.headers.get("access-control-allow-origin"), ORIGIN);
  assert.equal(listed.headers.get("access-control-allow-credentials"), "true");
  assert.equal(listed.headers.get("access-control-expose-headers"), "Retry-After");
  assert.match(listed.headers.get("vary"), /Origin/);
});

test("a GET without an origin passes unless it comes from another site", async () => {
  const { send } = makeGateway();
  assert.equal((await send("status")).status, 200);
  assert.equal((await send("status", {}, { "sec-fetch-site": "same-origin" })).status, 200);
  assert.equal((await send("status", {}, { origin: ORIGIN, "sec-fetch-site": "cross-site" })).status, 200);
  await refuses(send("status", {}, { "sec-fetch-site": "cross-site" }), 403, "forbidden");
  await refuses(send("status", {}, { origin: "https://evil.example" }), 403, "forbidden");
});

test("a preflight request is answered to listed origins", async () => {
  const { send } = makeGateway();
  const asks = (origin) => ({
    origin,
    "access-control-request-method": "POST",
    "access-control-request-headers": "content-type, idempotency-key,x-session, b\u00e4d",
  });
  const { status, headers, text } = await send(EVENT, { method: "OPTIONS" }, asks(ORIGIN));
  assert.deepEqual([status, text], [204, ""]);
  assert.equal(headers.get("access-control-allow-methods"), "POST");
  assert.equal(headers.get("access-control-allow-headers"), "content-type, idempotency-key, x-session");
  await refuses(send(EVENT, { method: "OPTIONS" }, asks("https://evil.example")), 403, "forbidden");
});

test("only events that are listed", async () => {
  const { send } = makeGateway();
  for (const name of ["facebook_like", "photo.shared%20", "Photo.shared", "photo%2Eshared%00"]) {
    const { status } = await send(`events/${name}`, post);
    assert.ok(status === 403 || status === 404, name);
  }
  assert.equal((await send("events/photo%2Eshared", post)).status, 200);
});

test("only JSON, of a size, with no field that means nothing, and with a key", async () => {
  const { send } = makeGateway();
  for (const type of ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x", ""]) {
    await refuses(send(EVENT, post, { "content-type": type }), 415, "rejected", type);
  }
  for (const key of [null, " ", "a b", "\u00e9", "k".repeat(256)]) {
    await refuses(send(EVENT, { ...post, key }), 400, "invalid_input", key);
  }
  for (const body of [
    "",
    "nonsense",
    "[]",
    "null",
    '{"points":1}',
    '{"customerId":"other"}',
    '{"__proto__":{}}',
    "{} {}",
  ]) {
    await refuses(send(EVENT, { ...post, body }), 400, "invalid_input", body);
  }
  await refuses(send(EVENT, { ...post, body: `{${" ".repeat(16 * 1024)}}` }), 413, "rejected");
});

test("an endless body is read no further than it may be long", async () => {
  const { send } = makeGateway();
  let pulled = 0;
  let cancelled;
  const body = new ReadableStream(
    {
      pull(controller) {
        pulled++;
        controller.enqueue(new Uint8Array(1024).fill(32));
      },
      cancel() {
        cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  await refuses(send(EVENT, { ...post, body, duplex: "half" }), 413, "rejected");
  assert.ok(cancelled);
  assert.ok(pulled < 40, `${pulled} KiB were read`);
});

test("other methods and other paths", async () => {
  const { send } = makeGateway();
  const answer = await refuses(send("status", post), 405, "rejected");
  assert.equal(answer.headers.get("allow"), "GET, OPTIONS");
  await refuses(send(EVENT), 405, "rejected");
  for (const path of ["", "nothing", "status/", "events/", "../loyalty2/status", "users/a/b/commitments"]) {
    await refuses(send(path), 404, "not_found", path);
  }
});

test("commitments want the credential, and no page", async () => {
  const { send } = makeGateway();
  const commit = (headers) =>
    send("users/anna/commitments", {
      ...post,
      headers: { "content-type": "application/json", "idempotency-key": `key-${++keys}`, ...headers },
    });
  const bearer = (credential) => ({ authorization: `Bearer ${credential}` });
  for (const credential of [
    "",
    "x",
    SERVER_CREDENTIAL.slice(1),
    `${SERVER_CREDENTIAL}x`,
    SERVER_CREDENTIAL.toUpperCase(),
  ]) {
    await refuses(commit(bearer(credential)), 401, "unauthorized", credential);
  }
  await refuses(commit({}), 401, "unauthorized");
  await refuses(commit({ ...bearer(SERVER_CREDENTIAL), origin: ORIGIN }), 403, "forbidden");
  await refuses(commit({ ...bearer(SERVER_CREDENTIAL), "sec-fetch-site": "same-origin" }), 403, "forbidden");
  const wrong = await refuses(commit(bearer(SERVER_CREDENTIAL)), 400, "invalid_input");
  assert.equal(wrong.body.error.field, "commitment.campaignId");
  const { send: without } = makeGateway({ serverCredential: undefined });
  await refuses(without("users/anna/commitments", post, bearer(SERVER_CREDENTIAL)), 404, "not_found");
});

test("requests of an address are counted before anybody is asked who it is", async () => {
  let asked = 0;
  const identify = () => {
    asked++;
    return null;
  };
  const { send } = makeGateway({ identify, rateLimit: { perMinutePerAddress: 3 } });
  const from = (address) => send("status", {}, { "cf-connecting-ip": address });
  for (const _ of [1, 2, 3]) await refuses(from("2001:db8::1"), 401, "unauthorized");
  const limited = await refuses(from("2001:db8::2"), 429, "rate_limited");
  assert.ok(Number(limited.headers.get("retry-after")) >= 1);
  assert.equal(asked, 3);
  await refuses(from("192.0.2.1"), 401, "unauthorized");
});

test("a customer's awards are counted, and replays are not", async () => {
  const { send } = makeGateway({ rateLimit: { perMinute: 2 } });
  const first = { ...post, key: `key-${++keys}` };
  for (const _ of [1, 2, 3]) assert.equal((await send(EVENT, first)).status, 200);
  assert.equal((await send(EVENT, post)).status, 200);
  const limited = await refuses(send(EVENT, post), 429, "rate_limited");
  assert.equal(limited.body.final, false);
  assert.ok(limited.body.error.retryAfterMs > 0);
  assert.equal((await send(EVENT, first)).status, 200);
});

test("a day's points are a circuit breaker", async () => {
  const { send } = makeGateway({ dailyPoints: 20 });
  for (const _ of [1, 2]) assert.equal((await send(EVENT, post)).status, 200);
  const limited = await refuses(send(EVENT, post), 429, "rate_limited");
  const midnightMs = 86_400_000 - (Date.now() % 86_400_000);
  assert.ok(Math.abs(limited.body.error.retryAfterMs - midnightMs) < 60_000);
});

/** A store of one's own, as a database is one: nothing of it is the gateway's. */
function makeStore() {
  const rows = new Map();
  const nameOf = (scope, key) => `${scope} ${key}`;
  return {
    read: async (scope, key) => rows.get(nameOf(scope, key)) ?? null,
    async swap(scope, key, from, to) {
      if ((rows.get(nameOf(scope, key)) ?? null) !== from) return false;
      if (to === null) rows.delete(nameOf(scope, key));
      else rows.set(nameOf(scope, key), to);
      return true;
    },
  };
}

/** Reads of the rules fail until `clearFaults`. */
const hideUsages = (count = 1) => sandbox.fault({ fault: "status", status: 400, method: "GET", body: {}, count });

test("awards that are under way count for a day's points", async () => {
  const { send } = makeGateway({ dailyPoints: 20 });
  const before = (await sandbox.ledger()).length;
  await sandbox.fault({ fault: "delay", delayMs: 500, method: "POST", count: 8 });
  const answers = await Promise.all(Array.from({ length: 8 }, () => send(EVENT, post)));
  await sandbox.clearFaults();
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 200, ...Array(6).fill(429)]);
  assert.equal((await sandbox.ledger()).length - before, 2);
});

test("awards that nobody knows of, or not for how many points, count for a day's points", async () => {
  for (const fault of [
    { fault: "drop_before" },
    { fault: "status", status: 200, body: { points: "some" }, applied: true },
  ]) {
    const { send } = makeGateway({ dailyPoints: 25 });
    assert.equal((await send(EVENT, post)).status, 200);
    await sandbox.fault({ ...fault, method: "POST" });
    await hideUsages();
    const lost = await send(EVENT, post);
    assert.equal(lost.status, 502, lost.text);
    await sandbox.clearFaults();
    await refuses(send(EVENT, post), 429, "rate_limited", fault.fault);
  }
});

test("what is left of a day's points can't be told: the next award waits", async () => {
  const { send } = makeGateway({ dailyPoints: 1_000 });
  await sandbox.fault({ fault: "drop_before", method: "POST" });
  await hideUsages(2);
  assert.equal((await send(EVENT, post)).status, 502);
  const limited = await refuses(send(EVENT, post), 429, "rate_limited");
  assert.equal(limited.body.error.retryAfterMs, 1_000);
  await sandbox.clearFaults();
  assert.equal((await send(EVENT, post)).status, 200);
});

test("what several find out of one award at once is counted once", async () => {
  const { send } = makeGateway({ dailyPoints: 40, ledger: makeStore });
  const key = `key-${++keys}`;
  await sandbox.fault({ fault: "apply_then_drop", method: "POST" });
  await hideUsages();
  assert.equal((await send(EVENT, { ...post, key })).status, 502);
  await sandbox.clearFaults();
  await sandbox.fault({ fault: "delay", delayMs: 200, method: "GET", count: 6 });
  const looks = await Promise.all(Array.from({ length: 6 }, () => send(`awards/${key}`)));
  for (const { body } of looks) assert.equal(body.state, "applied");
  await sandbox.clearFaults();
  for (const _ of [1, 2, 3]) assert.equal((await send(EVENT, post)).status, 200);
  await refuses(send(EVENT, post), 429, "rate_limited");
});

test("an award is not denied when a rule may have paid it that has ended since", async (t) => {
  let listed;
  const fetch = async (_, { method }) => {
    if (method === "POST") throw new TypeError("the connection is lost");
    const rule = { type: "custom_event", eventName: "photo.shared", pointsAmount: 1, usages: [] };
    return Response.json({ earningRules: listed.map((earningRuleId) => ({ ...rule, earningRuleId })) });
  };
  const { send } = makeGateway({ openLoyalty: () => ({ baseUrl: sandbox.url, fetch }) });
  for (const [before, after, state] of [
    [["one"], ["one"], "rejected"],
    [["one"], ["one", "new"], "rejected"],
    [["one", "two"], ["two"], "unknown"],
    [["one"], ["new"], "unknown"],
  ]) {
    const key = `key-${++keys}`;
    listed = before;
    assert.equal((await send(EVENT, { ...post, key })).body.error.outcome, "unknown");
    listed = after;
    const lateMs = Date.now() + 3_600_000;
    t.mock.method(Date, "now", () => lateMs);
    const { body } = await send(`awards/${key}`);
    t.mock.restoreAll();
    assert.equal(body.state, state, `${before}, then ${after}`);
  }
});

test("an award that nobody knows of names its customer to the store", async () => {
  const told = [];
  const { send } = makeGateway({ onUnknown: (award) => void told.push(award) });
  await sandbox.fault({ fault: "drop_before", method: "POST", count: 3 });
  await hideUsages();
  await send(EVENT, post);
  await send("users", post);
  const commitment = {
    campaignId: "sandbox-campaign",
    transactionValue: "1",
    promotionGoalDescription: "x",
    promotionGoalCategory: "order",
  };
  const headers = { "content-type": "application/json", authorization: `Bearer ${SERVER_CREDENTIAL}` };
  await send("users/anna/commitments", {
    ...post,
    body: JSON.stringify(commitment),
    headers: { ...headers, "idempotency-key": `key-${++keys}` },
  });
  await sandbox.clearFaults();
  const [event, user, order] = told;
  assert.deepEqual([event.operation, event.eventName], ["triggerEvent", "photo.shared"]);
  assert.match(event.customerId, /^customer-\d+$/);
  assert.equal(user.customerId, event.customerId);
  assert.deepEqual([order.operation, order.userId, order.customerId], ["assignPoints", "anna", undefined]);
});

test("reads that are under way are shared, and an award ends that", async () => {
  const { send } = makeGateway();
  await sandbox.fault({ fault: "delay", delayMs: 300, method: "GET", count: 2 });
  const before = (await sandbox.requests()).length;
  const [early, same] = [send("earning-rules"), send("earning-rules")];
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal((await send(EVENT, post)).status, 200);
  const usages = ({ body }) => body.earningRules.find(({ eventName }) => eventName === "photo.shared").usages.length;
  const late = await send("earning-rules");
  assert.equal((await early).status, 200);
  assert.equal((await same).text, (await early).text);
  assert.ok(usages(late) > 0);
  const reads = (await sandbox.requests()).slice(before).filter(({ method }) => method === "GET");
  assert.equal(reads.length, 2);
  await sandbox.clearFaults();
});

test("koomalooma's refusal of the key is the store's affair", async () => {
  const koomalooma = () => ({ apiKey: "wrong", baseUrl: `${sandbox.url}/koomalooma/api`, partnerId: PARTNER_ID });
  const { send } = makeGateway({ koomalooma });
  const { body } = await refuses(send("users", post), 502, "misconfigured");
  assert.equal(body.final, false);
});

test("an identify that fails, hangs on nobody or gives nonsense is no customer", async (t) => {
  const complaints = t.mock.method(console, "error", () => {});
  const failing = makeGateway({
    identify: () => {
      throw new Error("marked-secret");
    },
  });
  const { body } = await refuses(failing.send("status"), 502, "token_failed");
  assert.equal(body.final, false);
  for (const given of ["anna", 7, {}, { id: "" }, { id: 7 }, { id: "a", token: "b c" }, { id: "a", token: 7 }, []]) {
    const { send } = makeGateway({ identify: () => given });
    await refuses(send("status"), 500, "misconfigured", JSON.stringify(given));
  }
  // So is a token for guests that can't be had.
  const { send } = makeGateway({ identify: () => null, guest: () => Promise.reject(new Error("marked-secret")) });
  await refuses(send("earning-rules"), 502, "token_failed");
  const said = complaints.mock.calls.map(({ arguments: [text] }) => text).join("\n");
  assert.match(said, /identify threw an error/);
  assert.match(said, /guest threw an error/);
  assert.match(said, /identify must give an id/);
  assert.doesNotMatch(said, /marked-secret/);
});
