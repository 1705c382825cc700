// What somebody with bad intent can send, over TCP to workerd: nothing is booked, and nothing is said that helps.
import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, before, beforeEach, test } from "node:test";

import { ORIGIN, SERVER_CREDENTIAL, startGateway } from "../support/gateway.mjs";
import { newCommitment } from "../support/operations.mjs";
import { startSandbox } from "../support/sandbox.mjs";

let sandbox;
let gateway;
let keys = 0;
const newKey = () => `attack-${++keys}`;
before(async () => {
  sandbox = await startSandbox();
  gateway = await startGateway({
    sandbox,
    customers: {
      anna: { id: "anna-1", token: await sandbox.signIn("anna@example.com"), userSessionId: "session-1" },
      eve: { id: "eve-1", token: await sandbox.signIn("jan@example.com"), userSessionId: "session-2" },
    },
  });
});
after(async () => {
  await gateway?.stop();
  await sandbox?.stop();
});

/** What the loyalty servers have seen and done so far. */
const seen = async () => ({
  requests: (await sandbox.requests()).length,
  bookings: (await sandbox.ledger()).filter(({ kind }) => kind !== "login"),
});
let start;
beforeEach(async () => {
  start = await seen();
});
const booked = async () => (await seen()).bookings.slice(start.bookings.length);
/** Nothing has come as far as the loyalty servers. */
const assertNothingPassed = async () => assert.equal((await seen()).requests, start.requests);

/**
 * Sends bytes as they are and gives what comes back until the gateway closes, or has said nothing more for a while.
 * `more(socket)` goes on after them.
 */
function sendRaw(text, more = () => {}) {
  const { hostname, port } = new URL(gateway.url);
  return new Promise((resolve) => {
    let received = "";
    const socket = connect(Number(port), hostname, () => {
      socket.write(text, "latin1");
      more(socket);
    });
    socket.setEncoding("latin1");
    socket.on("data", (chunk) => {
      received += chunk;
    });
    socket.on("error", () => {});
    socket.on("close", () => resolve(received));
  });
}

const EVENT = "photo.shared";
const head = (lines, method = "POST", path = `/loyalty/events/${EVENT}`) =>
  [`${method} ${path} HTTP/1.1`, `host: ${new URL(gateway.url).host}`, "connection: close", ...lines, "", ""].join(
    "\r\n",
  );
const asAnna = (key = newKey()) => [
  `origin: ${ORIGIN}`,
  "content-type: application/json",
  "cookie: session=anna",
  `idempotency-key: ${key}`,
];
const rawPost = (path, lines = [], body = "{}") =>
  sendRaw(head([...asAnna(), ...lines, `content-length: ${Buffer.byteLength(body)}`], "POST", path) + body);
const statusOf = (received) => Number(/^HTTP\/1\.1 (\d+)/.exec(received)?.[1]);

/** An event of Anna's whose headers a test changes; one that is `null` is left out. */
async function post(path, headers = {}, body = "{}") {
  const all = {
    origin: ORIGIN,
    "content-type": "application/json",
    cookie: "session=anna",
    "idempotency-key": newKey(),
    ...headers,
  };
  const given = Object.entries(all).filter(([, value]) => value !== null);
  const response = await fetch(`${gateway.url}/${path}`, { method: "POST", headers: given, body });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: JSON.parse(text) };
}

function assertRefused({ status, headers, body }, expected, code, about) {
  assert.deepEqual([status, body.error.code, body.error.outcome], [expected, code, "not_applied"], about);
  assert.equal(headers.get("cache-control"), "no-store");
  assert.equal(headers.get("x-content-type-options"), "nosniff");
}

test("pages of other origins, and requests without one", async () => {
  const origins = ["https://evil.example", "http://shop.example", "https://shop.example:8443", "null", null];
  for (const origin of [
    ...origins,
    `${ORIGIN}.evil.example`,
    `https://evil.example#${ORIGIN}`,
    `${ORIGIN}, ${ORIGIN}`,
  ]) {
    for (const path of [`events/${EVENT}`, "users"]) {
      const answer = await post(path, { origin });
      assertRefused(answer, 403, "forbidden", origin);
      assert.equal(answer.headers.get("access-control-allow-origin"), null);
    }
    if (origin === null) continue;
    const read = await gateway.get("status", "anna", { origin });
    assertRefused(read, 403, "forbidden", origin);
    assert.equal(read.headers.get("access-control-allow-origin"), null);
  }
  await assertNothingPassed();
});

test("a request that the browser calls cross-site, from an origin that is not listed", async () => {
  const crossSite = { "sec-fetch-site": "cross-site" };
  assertRefused(await post(`events/${EVENT}`, { ...crossSite, origin: "https://evil.example" }), 403, "forbidden");
  assertRefused(await post(`events/${EVENT}`, { ...crossSite, origin: null }), 403, "forbidden");
  for (const path of ["status", "earning-rules", "awards/some-key"]) {
    assertRefused(await gateway.get(path, "anna", crossSite), 403, "forbidden", path);
  }
  await assertNothingPassed();
});

test("forms, which a browser sends to anybody without asking", async () => {
  for (const type of ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", null]) {
    for (const body of ["{}", '{"a":"=', ""]) {
      const answer = await post(`events/${EVENT}`, { "content-type": type }, Buffer.from(body));
      assertRefused(answer, 415, "rejected", `${type} ${body}`);
    }
  }
  // Nor is a key something that a form can give.
  assertRefused(await post(`events/${EVENT}`, { "idempotency-key": null }), 400, "invalid_input");
  await assertNothingPassed();
});

test("an identity in the body, the query or a header", async () => {
  for (const field of [
    "id",
    "customerId",
    "userId",
    "partnerUserId",
    "partner_user_id",
    "token",
    "storeCode",
    "__proto__",
  ]) {
    for (const path of [`events/${EVENT}`, "users"]) {
      const answer = await post(path, {}, `{"${field}":"eve-1"}`);
      assertRefused(answer, 400, "invalid_input", field);
      assert.equal(answer.body.error.field, `body.${field}`);
    }
  }
  await assertNothingPassed();
  const forged = { "x-customer-id": "eve-1", "x-forwarded-user": "eve-1", authorization: "Bearer eve" };
  const { status } = await post("users?id=eve-1&partnerUserId=eve-1", forged);
  assert.equal(status, 201);
  const [user] = await booked();
  assert.equal(user.userId, "anna-1");
});

test("events that the store does not allow", async () => {
  for (const name of [
    "newsletter.joined",
    "Photo.Shared",
    "photo.shared.",
    "photo_shared",
    "photo.shared%00",
    "*",
    "constructor",
  ]) {
    const { status, body } = await post(`events/${name}`);
    assert.ok((status === 403 && body.error.code === "forbidden") || status === 404, `${name}: ${status}`);
  }
  await assertNothingPassed();
});

test("paths that try to be others", async () => {
  const event = `/loyalty/events/${EVENT}`;
  for (const path of [
    "/loyalty/events%2Fphoto.shared",
    "/loyalty%2Fevents/photo.shared",
    "/loyalty/events/photo%252Eshared",
    "/loyalty/events/photo.shared%2F..%2Fnewsletter.joined",
    "/loyalty/events/..%2F..%2F..%2Fsandbox%2Freset",
    "/loyalty/events/photo.shared/../newsletter.joined",
    "/loyalty/events/photo.shared%2e%2e",
    "/loyalty/events/%2e%2e/users/anna-1/commitments/x",
    "/loyalty/events/photo.shared/",
    "/loyalty/events//photo.shared",
    "//loyalty/events/photo.shared",
    "/LOYALTY/EVENTS/photo.shared",
    "/loyalty/Events/photo.shared",
    "/loyalty/events/photo.shared;x=1",
    "/loyalty/events/photo.shared%0d%0aX-Evil:%201",
    "/loyalty/events/photo.shared%ff",
    "/loyalty/../loyalty2/events/photo.shared",
    "/loyalty\\events\\newsletter.joined",
  ]) {
    const status = statusOf(await rawPost(path));
    assert.ok([400, 403, 404].includes(status), `${path}: ${status}`);
  }
  await assertNothingPassed();

  // What means the same is the same: the decision is made on the path as it is resolved, once.
  for (const path of ["/loyalty/./events/photo.shared", "/x/../loyalty/events/photo.shared", `${event}?x=/users`]) {
    assert.equal(statusOf(await rawPost(path)), 200, path);
  }
  assert.equal((await booked()).length, 3);
});

test("an id in a path stays one segment of the path to the server", async () => {
  const send = (id) => gateway.commit(id, newKey(), newCommitment);
  for (const id of ["..", ".", "%2e%2e", "", "%00", "a%0d%0ab", "%"]) {
    const { status } = await send(id);
    assert.ok([400, 404].includes(status), `${id}: ${status}`);
  }
  assert.equal((await booked()).length, 0);
  const tricky = "..%2F..%2Fusers%2Feve-1%3Fx%23y";
  await send(tricky);
  const last = (await sandbox.requests()).at(-1);
  assert.equal(last.path.split("/").length, "/koomalooma/api/users/x/commitments".split("/").length);
  for (const { userId } of await booked()) assert.equal(userId, decodeURIComponent(tricky));
});

test("a key that was used with another request", async () => {
  const key = newKey();
  assert.equal((await post(`events/${EVENT}`, { "idempotency-key": key })).status, 200);
  for (const path of ["events/facebook_like", "users"]) {
    assertRefused(await post(path, { "idempotency-key": key }), 422, "key_reused", path);
  }
  const order = newKey();
  assert.equal((await gateway.commit("anna-1", order, newCommitment)).status, 201);
  for (const changed of [
    { transactionValue: "2490.00" },
    { campaignId: "other" },
    { promotionGoalCategory: "other" },
  ]) {
    const answer = await gateway.commit("anna-1", order, { ...newCommitment, ...changed });
    assertRefused(answer, 422, "key_reused", JSON.stringify(changed));
  }
  assertRefused(await gateway.commit("eve-1", order, newCommitment), 422, "key_reused");
  assert.equal((await booked()).length, 2);
});

test("another customer's key", async () => {
  const key = newKey();
  assert.equal((await post(`events/${EVENT}`, { "idempotency-key": key })).status, 200);
  assertRefused(await gateway.get(`awards/${key}`, "eve"), 404, "not_found");
  assertRefused(await gateway.get(`awards/${key}`), 401, "unauthorized");
  // What the ledger keeps beside awards is under a name that no key can have.
  assertRefused(await gateway.get("awards/the%20tally", "anna"), 404, "not_found");
  // Her own award under the same text is another award.
  assert.equal((await post("events/facebook_like", { "idempotency-key": key, cookie: "session=eve" })).status, 200);
  assert.deepEqual((await gateway.get(`awards/${key}`, "anna")).body.answer, { points: 12.5 });
  const [first, second] = await booked();
  assert.notEqual(first.customerId, second.customerId);
  const bearer = { authorization: `Bearer ${SERVER_CREDENTIAL}` };
  assertRefused(await gateway.get(`awards/${key}`, undefined, bearer), 404, "not_found");
});

test("headers that want to be two", async () => {
  const key = "x\r\nx-evil: 1";
  const raw = await sendRaw(`${head([...asAnna(key), "content-length: 2"])}{}`);
  assert.doesNotMatch(raw, /x-evil/i);
  for (const lines of [
    // Two keys, which servers along the way might read differently.
    ["idempotency-key: other"],
    ["content-length: 3"],
    ["transfer-encoding: chunked"],
    ["origin: https://evil.example"],
  ]) {
    const received = await rawPost(`/loyalty/events/${EVENT}`, lines);
    const status = statusOf(received);
    assert.ok(status === undefined || Number.isNaN(status) || status >= 400, `${lines}: ${received}`);
  }
  for (const value of ["a b", "k\u00e9", "\u0001", "k".repeat(256), ""]) {
    const received = await sendRaw(`${head([...asAnna(value), "content-length: 2"])}{}`);
    assert.equal(statusOf(received), 400, JSON.stringify(value));
  }
  const preflight = await sendRaw(
    head([`origin: ${ORIGIN}`, "access-control-request-headers: x-a, x\u00e4, x-b"], "OPTIONS"),
  );
  assert.match(preflight, /access-control-allow-headers: x-a, x-b\r\n/i);
});

test("bodies that are too large, by their word or without one", async () => {
  const declared = await sendRaw(head([...asAnna(), "content-length: 1000000000"]), (socket) => socket.write("{"));
  assert.equal(statusOf(declared), 413);
  const chunk = `1000\r\n${" ".repeat(0x1000)}\r\n`;
  const chunked = head([...asAnna(), "transfer-encoding: chunked"]);
  // The end is not waited for.
  assert.equal(statusOf(await sendRaw(chunked, (socket) => socket.write(chunk.repeat(5)))), 413);
  let sent = 0;
  const endless = await sendRaw(chunked, (socket) => {
    const go = () => {
      while (!socket.destroyed && socket.write(chunk)) sent += chunk.length;
      if (!socket.destroyed) socket.once("drain", go);
    };
    go();
  });
  // A connection that is cut while it is written to may take the answer with it.
  assert.ok(endless === "" || statusOf(endless) === 413, endless);
  console.log(`an endless body: ${sent} bytes went out before the gateway closed`);
  for (const body of [`{${" ".repeat(17_000)}}`, `{"a":"${"x".repeat(17_000)}"}`]) {
    assertRefused(await post(`events/${EVENT}`, {}, body), 413, "rejected");
  }
  assert.equal((await post(`events/${EVENT}`, {}, "[".repeat(10_000))).status, 400);
  await assertNothingPassed();
});

test("clients that take their time keep nobody else waiting, and are given up", async () => {
  const slow = sendRaw(head([...asAnna(), "content-length: 20"]), (socket) => {
    const drip = setInterval(() => (socket.destroyed ? clearInterval(drip) : socket.write(" ")), 1_000);
    socket.on("close", () => clearInterval(drip));
  });
  const silent = Array.from({ length: 20 }, () => sendRaw(head([...asAnna(), "content-length: 20"])));
  assert.equal((await post(`events/${EVENT}`)).status, 200);
  assert.equal(statusOf(await slow), 408);
  for (const received of await Promise.all(silent)) assert.equal(statusOf(received), 408);
  assert.equal((await booked()).length, 1);
});

test("server credentials of another length, or nearly right", async () => {
  const key = newKey();
  const right = SERVER_CREDENTIAL;
  const wrong = ["", "x", right.slice(0, -1), right.slice(1), `${right}x`, `x${right}`, right.repeat(2)];
  const nearly = [right.toUpperCase(), right.replace("s", "S"), `${right.slice(0, -1)}X`, "x".repeat(8_000)];
  for (const credential of [...wrong, ...nearly]) {
    const answer = await gateway.commit("anna-1", key, newCommitment, { credential });
    assertRefused(answer, 401, "unauthorized", credential.slice(0, 40));
    assert.doesNotMatch(answer.text, new RegExp(right));
  }
  for (const authorization of [right, `Basic ${btoa(right)}`, `Bearer ${right} ${right}`, `Bearer,${right}`]) {
    const answer = await gateway.commit("anna-1", key, newCommitment, { credential: null, headers: { authorization } });
    assertRefused(answer, 401, "unauthorized", authorization);
  }
  await assertNothingPassed();
  assert.equal((await gateway.commit("anna-1", key, newCommitment)).status, 201);
});

test("commitments from a page, whatever it knows", async () => {
  for (const headers of [{ origin: ORIGIN }, { origin: "null" }, { "sec-fetch-site": "same-origin" }]) {
    const answer = await gateway.commit("anna-1", newKey(), newCommitment, { headers });
    assertRefused(answer, 403, "forbidden", JSON.stringify(headers));
  }
  const cookieOnly = await gateway.commit("anna-1", newKey(), newCommitment, {
    credential: null,
    headers: { cookie: "session=anna" },
  });
  assertRefused(cookieOnly, 401, "unauthorized");
  await assertNothingPassed();
});
