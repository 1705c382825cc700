// Whatever is asked, and whatever the loyalty servers answer: no secret, nothing of another customer and no address of
// a server is in an answer, nor in anything that the worker writes.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { ORIGIN, SERVER_CREDENTIAL, startGateway } from "../support/gateway.mjs";
import { newCommitment } from "../support/operations.mjs";
import { randomFrom } from "../support/random.mjs";
import { persist } from "../support/resend.mjs";
import { startSandbox } from "../support/sandbox.mjs";
import { scaled } from "../support/scale.mjs";

const REQUESTS = scaled(1_000);
const AT_ONCE = 40;
/** The same seed asks the same. */
const seed = Number(process.env.EARNKIT_SEED ?? Math.floor(Math.random() * 2 ** 32));

/** What only the worker and the servers know. Each is found by a text that stands nowhere else. */
const MARKS = {
  guestToken: "guest-token-marked",
  sessionSecret: "session-secret-marked",
  serverWords: "server-words-marked",
  identifyError: "identify-error-marked",
  callbackError: "callback-error-marked",
};

let sandbox;
let gateway;
let customers;
/** Texts by what they are; `of` may be seen by one customer only. */
let marks;
before(async () => {
  sandbox = await startSandbox();
  const signIn = async (name) => ({ token: await sandbox.signIn(`${name}@example.com`), name });
  const idOf = ({ token }) => JSON.parse(Buffer.from(token.split(".")[1], "base64url")).id;
  const [anna, jan] = await Promise.all(["anna", "jan"].map(signIn));
  customers = {
    anna: { id: "anna-marked-1", token: anna.token, userSessionId: "anna-session-marked" },
    jan: { id: "jan-marked-1", token: jan.token, userSessionId: "jan-session-marked" },
    expired: { id: "expired-marked-1", token: `${anna.token}x`, userSessionId: "expired-session-marked" },
    failing: { id: "failing-marked-1", fails: MARKS.identifyError },
  };
  gateway = await startGateway({
    sandbox,
    worker: new URL("marked-worker.mjs", import.meta.url),
    customers,
    bindings: { GUEST_TOKEN: await sandbox.signIn("guest@example.com"), MARKS },
  });
  const tokens = [anna.token, jan.token, customers.expired.token];
  marks = [
    ...tokens.flatMap((token) => [
      { about: "a token's payload", text: token.split(".")[1] },
      { about: "a token's signature", text: token.split(".")[2] },
    ]),
    ...Object.entries(MARKS).map(([about, text]) => ({ about, text })),
    { about: "the server credential", text: SERVER_CREDENTIAL },
    { about: "koomalooma's key", text: "sandbox-partner-key" },
    { about: "the loyalty server's address", text: new URL(sandbox.url).host },
    { about: "a path of the loyalty server", text: "/api/DEFAULT" },
    { about: "a path of koomalooma", text: "koomalooma/api" },
    { about: "a path of the administration", text: "usageUrl" },
    ...Object.entries(customers).flatMap(([name, { id, userSessionId }]) => [
      { about: `${name}'s id`, text: id, of: name },
      ...(userSessionId ? [{ about: `${name}'s session`, text: userSessionId, of: name }] : []),
    ]),
    { about: "Anna's id at the loyalty server", text: idOf(anna), of: "anna" },
    { about: "Jan's id at the loyalty server", text: idOf(jan), of: "jan" },
  ];
});
after(async () => {
  await gateway?.stop();
  await sandbox?.stop();
});

/** What stands in a text that this reader must not see. */
const leaksIn = (text, reader) =>
  marks.filter((mark) => (mark.of === undefined || mark.of !== reader) && text.includes(mark.text));

/** A server that says everything that it knows. */
const confession = () => marks.map(({ text }) => text).join(" ");

const FAULTS = [
  () => ({ fault: "drop_before" }),
  () => ({ fault: "apply_then_drop" }),
  ({ integer }) => ({ fault: "truncate", bytes: integer(300) }),
  () => ({ fault: "html", body: `<pre>${confession()}</pre>` }),
  ({ pick }) => ({
    fault: "status",
    status: pick([400, 401, 403, 404, 405, 408, 409, 418, 422, 429, 500, 502, 503]),
    body: pick([
      confession(),
      { error: confession() },
      { message: confession() },
      { error: { message: confession() } },
      "",
    ]),
    retryAfter: pick([1, "Fri, 31 Dec 2100 23:59:59 GMT", "soon"]),
  }),
  ({ pick }) => ({
    fault: "status",
    status: pick([200, 201]),
    body: pick(["{", { points: confession() }, { earningRules: [{ name: confession() }] }]),
  }),
  ({ pick }) => ({
    fault: "redirect",
    location: pick([`${sandbox.url}/elsewhere`, `https://evil.example/${MARKS.serverWords}`]),
  }),
];

/** Who may ask for what, and what nobody should. */
const ROUTES = [
  ["GET", "earning-rules"],
  ["GET", "status"],
  ["GET", "awards/key-1"],
  ["GET", "_health"],
  ["POST", "events/photo.shared"],
  ["POST", "events/photo.shared"],
  ["POST", "users"],
  ["POST", "users/anna-marked-1/commitments"],
];
const NO_ROUTES = ["", "events/", "events/newsletter.joined", "earning-rules/..%2f..%2fsandbox%2fledger", "__proto__"];

/** A request of somebody, as a page sends it. */
function rightRequest({ integer, pick }) {
  const reader = pick(["anna", "anna", "anna", "jan", "jan", "expired", "failing", undefined]);
  const [method, path] = pick(ROUTES);
  const headers = {
    ...(reader && { cookie: `session=${reader}` }),
    ...(!path.endsWith("commitments") && { origin: ORIGIN }),
    ...(method === "POST" && { "content-type": "application/json", "idempotency-key": `key-${integer(200)}` }),
    ...(integer(4) === 0 && { "if-none-match": "*" }),
  };
  return { path, reader, method, headers, body: "{}" };
}

/** The same with something wrong about it. */
function wrongRequest(tools) {
  const { pick, flip } = tools;
  const request = rightRequest(tools);
  if (flip()) request.method = pick(["GET", "POST", "PUT", "HEAD", "OPTIONS", "DELETE"]);
  if (flip()) request.path = pick(NO_ROUTES);
  if (flip()) request.body = pick(["", "{", "[]", '{"id":"x"}', JSON.stringify(newCommitment), " ".repeat(17_000)]);
  const wrong = {
    origin: pick(["https://evil.example", "null"]),
    "content-type": "text/plain",
    "idempotency-key": pick(["", "k".repeat(300), "a b"]),
    "sec-fetch-site": "cross-site",
    authorization: `Bearer ${pick(["x", "y".repeat(SERVER_CREDENTIAL.length)])}`,
    "access-control-request-headers": "authorization, cookie",
    cookie: "session=nobody",
  };
  const name = pick(Object.keys(wrong));
  request.headers[name] = wrong[name];
  if (name === "cookie") request.reader = undefined;
  return request;
}

const bodyOf = ({ method, body }) => (["GET", "HEAD"].includes(method) ? undefined : body);

test(`${REQUESTS} requests of all kinds, seed ${seed}`, async () => {
  console.log(`seed ${seed} (EARNKIT_SEED asks the same again)`);
  const random = randomFrom(seed);
  const integer = (below) => Math.floor(random() * below);
  const tools = { integer, pick: (list) => list[integer(list.length)], flip: () => random() < 0.5 };
  const statuses = new Map();
  const codes = new Set();
  let left = REQUESTS;
  const worker = async () => {
    while (left-- > 0) {
      const fault = tools.flip() && tools.pick(FAULTS)(tools);
      const request = tools.flip() ? rightRequest(tools) : wrongRequest(tools);
      const { path, reader, method, headers } = request;
      // Not every request comes as far as a server: what waits there would pile up.
      await (fault ? sandbox.fault(fault) : sandbox.clearFaults());
      const init = { method, headers, body: bodyOf(request), redirect: "manual" };
      const response = await persist(() => fetch(`${gateway.url}/${path}`, init));
      const text = await response.text();
      const whole = [response.statusText, ...[...response.headers].flat(), text].join("\n");
      assert.deepEqual(leaksIn(whole, reader), [], `${method} ${path} for ${reader}: ${whole}`);
      statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
      const code = /"code":"(\w+)"/.exec(text)?.[1];
      if (code) codes.add(code);
      if (code && !response.ok) assert.deepEqual(Object.keys(JSON.parse(text)).sort(), ["error", "final"]);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  await sandbox.clearFaults();
  console.log(JSON.stringify(Object.fromEntries([...statuses].sort())), [...codes].sort().join(" "));

  // Nobody's id and no event's name is for the log, either.
  const output = gateway.output();
  assert.deepEqual(leaksIn(output, undefined), [], output.slice(-2_000));
  assert.doesNotMatch(output, /photo\.shared|key-\d/);
  assert.ok(gateway.log().length >= REQUESTS, "the log was kept");
  // Otherwise this would have shown little.
  for (const status of [200, 304, 400, 401, 403, 404, 405, 415, 502]) assert.ok(statuses.get(status) > 0, `${status}`);
  for (const code of ["network", "server_error", "invalid_response", "redirected", "token_failed", "rejected"])
    assert.ok(codes.has(code), code);
});

test("what breaks the worker is not quoted", async () => {
  const leaks = async (answer) => assert.deepEqual(leaksIn(answer.text, "failing"), []);
  await leaks(await gateway.get("status", "failing"));
  await sandbox.fault({ fault: "drop_before", method: "POST" });
  // The store's own function for unknown awards throws, with words that are not for the log.
  await leaks(await gateway.commit("user", "unknown-1", newCommitment));
  for (const field of Object.keys(newCommitment)) {
    const wrong = { ...newCommitment, transactionValue: "x", [field]: MARKS.serverWords };
    const answer = await gateway.commit("user", `wrong-${field}`, wrong);
    assert.deepEqual([answer.status, answer.body.error.field], [400, "commitment.transactionValue"], field);
    await leaks(answer);
  }
  assert.match(gateway.output(), /identify threw an error/);
  assert.match(gateway.output(), /onUnknown threw an error/);
  assert.deepEqual(leaksIn(gateway.output(), undefined), []);
});
