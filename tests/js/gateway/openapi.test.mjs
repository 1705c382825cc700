// docs/gateway-openapi.json against the running gateway: every route, every status that it names, every shape.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { after, before, test } from "node:test";

import Ajv from "ajv/dist/2020.js";

import { ORIGIN, SERVER_CREDENTIAL, startGateway } from "../support/gateway.mjs";
import { newCommitment } from "../support/operations.mjs";
import { startSandbox } from "../support/sandbox.mjs";

const document = JSON.parse(await readFile(new URL("../../../docs/gateway-openapi.json", import.meta.url), "utf8"));
const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
/** Longer than the gateway lets a duplicate wait. */
const LONG_MS = 6_500;

// Strict but for what OpenAPI adds and JSON Schema can't see through `allOf`.
const ajv = new Ajv({
  strict: true,
  strictTypes: false,
  strictRequired: false,
  formats: { "date-time": DATE_TIME },
  keywords: ["openapi", "info", "servers", "paths", "components"],
});
ajv.addSchema(document, "openapi");

/** What a `$ref` leads to, with where that stands. */
function resolve(pointer) {
  const value = pointer
    .split("/")
    .slice(1)
    .reduce((at, name) => at[name.replaceAll("~1", "/").replaceAll("~0", "~")], document);
  return value.$ref ? resolve(value.$ref.slice(1)) : { pointer, value };
}
const escaped = (name) => name.replaceAll("~", "~0").replaceAll("/", "~1");

/** The operations by id, with the responses that the document gives them. */
const operations = new Map();
for (const [path, methods] of Object.entries(document.paths)) {
  for (const [method, operation] of Object.entries(methods)) {
    const at = `/paths/${escaped(path)}/${method}`;
    operations.set(operation.operationId, { method: method.toUpperCase(), path, at, ...operation });
  }
}
/** What was seen, as `operation status`. */
const seen = new Set();

function check(pointer, value, about) {
  const validate = ajv.getSchema(`openapi#${pointer}`);
  assert.ok(validate(value), `${about}: ${ajv.errorsText(validate.errors)}: ${JSON.stringify(value).slice(0, 600)}`);
}

/** Holds an answer against what the document says of its operation and status. */
function hold(id, { status, headers, body }) {
  const { at, responses } = operations.get(id);
  const name = responses[status] ? String(status) : `${String(status)[0]}XX`;
  const about = `${id} ${status}`;
  assert.ok(responses[name], `${about} is not in the document: ${JSON.stringify(body)}`);
  seen.add(`${id} ${name}`);
  const { pointer, value } = resolve(`${at}/responses/${name}`);
  for (const [header, described] of Object.entries(value.headers)) {
    const given = headers.get(header);
    const found = resolve(described.$ref.slice(1));
    if (given === null) assert.ok(!found.value.required, `${about} lacks ${header}`);
    else check(`${found.pointer}/schema`, given, `${about} ${header}`);
  }
  if (!value.content) return assert.equal(body, undefined, about);
  assert.match(headers.get("content-type"), /^application\/json\b/, about);
  check(`${pointer}/content/application~1json/schema`, body, about);
}

let sandbox;
let gateways;
let keys = 0;
const newKey = () => `openapi-${++keys}`;
before(async () => {
  sandbox = await startSandbox();
  const token = await sandbox.signIn("anna@example.com");
  const customers = {
    anna: { id: "anna-1", token, userSessionId: "session-1" },
    expired: { id: "anna-2", token: `${token}x`, userSessionId: "session-2" },
  };
  const bindings = { GUEST_TOKEN: await sandbox.signIn("guest@example.com") };
  // Of another ledger: what this customer does, the first gateway must not take for its own.
  const others = { anna: { id: "jan-1", token: await sandbox.signIn("jan@example.com"), userSessionId: "session-3" } };
  const limits = { rateLimit: { perMinute: 1, perMinutePerAddress: 1 } };
  gateways = {
    right: await startGateway({ sandbox, customers, bindings }),
    limited: await startGateway({ sandbox, customers: others, bindings, options: limits }),
    wrong: await startGateway({ sandbox, options: { dailyPoints: -1 } }),
  };
});
after(async () => {
  for (const gateway of Object.values(gateways ?? {})) await gateway.stop();
  await sandbox?.stop();
});

/** A request of each operation that is answered with success, unless something is changed about it. */
const RIGHT = {
  listEarningRules: { path: "earning-rules" },
  getCustomerStatus: { path: "status" },
  triggerEvent: { path: "events/photo.shared", body: {} },
  createUser: { path: "users", body: {} },
  assignPoints: { path: "users/anna-1/commitments", body: newCommitment, isStores: true },
  getAward: { path: "awards/openapi-first" },
  getHealth: { path: "_health" },
};
const READS = ["listEarningRules", "getCustomerStatus"];
const AWARDS = ["triggerEvent", "createUser", "assignPoints"];

/** Asks a gateway for an operation and holds the answer against the document. */
async function ask(id, { gateway = "right", session = "anna", key = newKey(), headers = {}, ...changed } = {}) {
  const { path, body, isStores } = { ...RIGHT[id], ...changed };
  const given = {
    ...(session && !isStores && { cookie: `session=${session}` }),
    ...(isStores && { authorization: `Bearer ${SERVER_CREDENTIAL}` }),
    ...(body && { "content-type": "application/json", "idempotency-key": key }),
    ...(body && !isStores && { origin: ORIGIN }),
    ...headers,
  };
  const init = { method: operations.get(id).method, headers: given };
  if (body) init.body = typeof body === "string" ? body : JSON.stringify(body);
  const response = await fetch(`${gateways[gateway].url}/${path}`, init);
  const text = await response.text();
  const answer = { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : undefined };
  hold(id, answer);
  return answer;
}

/** The same, expecting a status. */
async function expect(status, id, changed) {
  const answer = await ask(id, changed);
  assert.equal(answer.status, status, `${id}: ${JSON.stringify(answer.body)}`);
  return answer;
}

/** The next request of the loyalty server's for an operation, or the next few of them. */
const PATHS = {
  listEarningRules: "/customer/earningRule",
  getCustomerStatus: "/status",
  triggerEvent: "/photo.shared",
  createUser: "/koomalooma/api/users",
  assignPoints: "/commitments",
};
const fault = (id, given) => sandbox.fault({ ...given, path: PATHS[id], method: READS.includes(id) ? "GET" : "POST" });

test("it is a document of OpenAPI 3.1 whose references lead somewhere", () => {
  assert.match(document.openapi, /^3\.1\./);
  for (const [, pointer] of JSON.stringify(document).matchAll(/"\$ref":"#([^"]+)"/g)) {
    assert.ok(resolve(pointer).value, pointer);
  }
  for (const name of Object.keys(document.components.schemas)) {
    assert.ok(ajv.getSchema(`openapi#/components/schemas/${name}`), name);
  }
  const parameters = [...operations.values()].flatMap(({ path }) =>
    [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name),
  );
  assert.deepEqual(parameters.sort(), ["eventName", "key", "userId"]);
});

test("what succeeds", async () => {
  const { headers } = await expect(200, "listEarningRules");
  await expect(200, "listEarningRules", { session: null });
  await expect(304, "listEarningRules", { headers: { "if-none-match": headers.get("etag") } });
  await expect(200, "getCustomerStatus");
  await expect(200, "triggerEvent", { key: "openapi-first" });
  await expect(201, "createUser", { key: "openapi-user" });
  await expect(201, "assignPoints", { key: "openapi-order" });
  for (const key of ["first", "user"]) await expect(200, "getAward", { path: `awards/openapi-${key}` });
  await expect(200, "getAward", { path: "awards/openapi-order", isStores: true });
  await expect(200, "getHealth");
});

test("what is refused before anybody is asked", async () => {
  for (const id of [...READS, "triggerEvent", "createUser", "getAward", "getHealth"])
    await expect(403, id, { headers: { origin: "https://evil.example" } });
  await expect(403, "assignPoints", { headers: { origin: ORIGIN } });
  for (const id of ["getCustomerStatus", "triggerEvent", "createUser", "getAward"])
    await expect(401, id, { session: null });
  await expect(401, "assignPoints", { headers: { authorization: "Bearer wrong" } });
  await expect(404, "getAward", { path: "awards/never-used" });
  for (const id of AWARDS) {
    await expect(400, id, { body: "{" });
    await expect(400, id, { headers: { "idempotency-key": "a b" } });
    await expect(413, id, { body: " ".repeat(20_000) });
    await expect(415, id, { headers: { "content-type": "text/plain" } });
  }
  await expect(422, "triggerEvent", { key: "openapi-user" });
  await expect(422, "createUser", { key: "openapi-first" });
  await expect(422, "assignPoints", { key: "openapi-order", body: { ...newCommitment, transactionValue: "1" } });
  for (const id of operations.keys()) await expect(500, id, { gateway: "wrong" });
});

test("what the limits refuse", async () => {
  for (const [index, id] of [...operations.keys()].entries()) {
    if (id === "getHealth") continue;
    const headers = { "cf-connecting-ip": `192.0.2.${index}` };
    // The first one uses up what the address has.
    await ask(id, { gateway: "limited", headers });
    await expect(429, id, { gateway: "limited", headers });
  }
});

test("what the loyalty servers refuse, and what they leave open", async () => {
  for (const id of READS) {
    await expect(401, id, { session: "expired" });
    await fault(id, { fault: "status", status: 500, count: 2 });
    await expect(502, id);
    await fault(id, { fault: "status", status: 408, count: 2 });
    await expect(504, id);
  }
  await expect(401, "triggerEvent", { session: "expired" });
  for (const id of AWARDS) {
    await fault(id, { fault: "status", status: 418 });
    await expect(418, id);
    await fault(id, { fault: "status", status: 429, retryAfter: 2 });
    await expect(429, id);
    await fault(id, { fault: "status", status: 403 });
    await expect(id === "triggerEvent" ? 403 : 502, id);
    await fault(id, { fault: "drop_before" });
    await expect(502, id);
    const key = newKey();
    await fault(id, { fault: "status", status: 408 });
    await expect(504, id, { key });
    await expect(200, "getAward", { path: `awards/${key}`, isStores: id === "assignPoints" });
  }
  await fault("triggerEvent", { fault: "status", status: 400, body: { error: "limit exceeded" } });
  assert.equal((await expect(400, "triggerEvent")).body.error.code, "limit_exceeded");
  await fault("triggerEvent", { fault: "status", status: 404 });
  await expect(404, "triggerEvent");
  await sandbox.clearFaults();
});

test("what takes its time", async () => {
  const { hostname, port } = new URL(gateways.right.url);
  const slowly = (id) =>
    new Promise((settle, reject) => {
      const { path, isStores } = RIGHT[id];
      const headers = {
        cookie: "session=anna",
        "content-type": "application/json",
        "content-length": 100,
        "idempotency-key": newKey(),
        ...(isStores ? { authorization: `Bearer ${SERVER_CREDENTIAL}` } : { origin: ORIGIN }),
      };
      const options = { hostname, port, path: `/loyalty/${path}`, method: "POST", headers };
      const request = httpRequest(options, async (response) => {
        let text = "";
        for await (const chunk of response.setEncoding("utf8")) text += chunk;
        request.destroy();
        settle({ status: response.statusCode, headers: new Headers(response.headers), body: JSON.parse(text) });
      });
      request.on("error", reject);
      request.write("{");
    });
  const isUnderWay = async (id) => {
    const key = newKey();
    await fault(id, { fault: "delay", delayMs: LONG_MS });
    const first = ask(id, { key });
    await new Promise((go) => setTimeout(go, 300));
    await expect(409, id, { key });
    assert.ok((await first).status < 300);
  };
  const timedOut = await Promise.all([
    ...AWARDS.map(slowly),
    // One after the other asks for its fault, so that none takes another's.
    (async () => {
      for (const id of ["triggerEvent", "assignPoints", "createUser"]) await isUnderWay(id);
    })(),
  ]);
  for (const [index, id] of AWARDS.entries()) {
    hold(id, timedOut[index]);
    assert.equal(timedOut[index].status, 408);
  }
});

test("nothing in the document is left that was not seen", () => {
  const named = [...operations].flatMap(([id, { responses }]) =>
    Object.keys(responses).map((status) => `${id} ${status}`),
  );
  assert.deepEqual(
    named.filter((name) => !seen.has(name)),
    [],
  );
});
