// What a call hands to `fetch`, and what it takes from its arguments.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";

import * as earnkit from "earnkit";

import {
  ARGUMENTS,
  credentials,
  isRead,
  newCommitment,
  newUser,
  OPERATIONS,
  serversBehind,
  successOf,
  unsignedToken,
} from "../support/operations.mjs";

const PATHS = {
  listEarningRules: "/api/DEFAULT/customer/earningRule",
  getCustomerStatus: "/api/DEFAULT/customer/anna/status",
  triggerEvent: "/api/DEFAULT/customer/earningRule/photo.shared",
  login: "/api/DEFAULT/customer/login_check",
  refreshTokens: "/api/DEFAULT/token/refresh",
  createUser: "/users",
  assignPoints: "/users/customer-1042/commitments",
};

const json = { Accept: "application/json", "Content-Type": "application/json" };
const authorized = { Accept: "application/json", Authorization: `Bearer ${unsignedToken()}` };
const withoutBody = { ...authorized, "Content-Type": "application/x-www-form-urlencoded" };
/** As the vendors document them, and no more. */
const HEADERS = {
  listEarningRules: withoutBody,
  getCustomerStatus: withoutBody,
  triggerEvent: withoutBody,
  login: json,
  refreshTokens: json,
  createUser: { ...json, "X-KoomaLooma-JWT": "partner-key" },
  assignPoints: { ...json, "X-KoomaLooma-JWT": "partner-key" },
};

const BODIES = {
  login: { _username: credentials.username, _password: credentials.password },
  refreshTokens: { refresh_token: "refresh-token" },
  createUser: {
    partner_id: newUser.partnerId,
    partner_user_id: newUser.partnerUserId,
    user_session_id: newUser.userSessionId,
  },
  assignPoints: {
    campaign_id: newCommitment.campaignId,
    transaction_value: newCommitment.transactionValue,
    promotion_goal_description: newCommitment.promotionGoalDescription,
    promotion_goal_category: newCommitment.promotionGoalCategory,
  },
};

/** Makes a call, and gives how `fetch` was called. */
async function requestOf(operation, { server, args = ARGUMENTS[operation], options } = {}) {
  const seen = [];
  function fetch(...received) {
    seen.push({ self: this, received });
    return Promise.resolve(successOf(operation));
  }
  await earnkit[operation]({ ...serversBehind(fetch)[operation], ...server }, ...args, options);
  assert.equal(seen.length, 1, "one fetch");
  const [{ self, received }] = seen;
  assert.equal(received.length, 2);
  const [url, init] = received;
  return { self, url, init };
}

for (const operation of OPERATIONS) {
  test(`${operation} calls fetch once, unbound, with what the vendor documents`, async () => {
    const { self, url, init } = await requestOf(operation);
    assert.equal(self, undefined);
    assert.equal(url, `https://loyalty.example${PATHS[operation]}`);
    const { method, headers, body, redirect, signal, ...rest } = init;
    assert.equal(method, isRead(operation) ? "GET" : "POST");
    assert.deepEqual({ ...headers }, HEADERS[operation]);
    assert.deepEqual(body === undefined ? undefined : JSON.parse(body), BODIES[operation]);
    assert.equal(redirect, "manual");
    assert.ok(signal instanceof AbortSignal);
    assert.deepEqual(rest, {});
    // A runtime must take it as it is.
    assert.equal(new Request(url, init).method, method);
  });

  test(`${operation} takes a URL object as the base URL`, async () => {
    const { url } = await requestOf(operation, { server: { baseUrl: new URL("http://127.0.0.1:8080/shop/") } });
    assert.equal(url, `http://127.0.0.1:8080/shop${PATHS[operation]}`);
  });

  test(`${operation} reads its arguments when it is called: later changes do not matter`, async () => {
    const seen = [];
    const fetch = async (url, init) => {
      seen.push({ url, init });
      return successOf(operation);
    };
    const server = serversBehind(fetch)[operation];
    const args = structuredClone(ARGUMENTS[operation]);
    const options = { timeoutMs: 5_000 };
    const call = earnkit[operation](server, ...args, options);
    for (const object of [server, options, ...args]) {
      if (typeof object === "object") for (const name of Object.keys(object)) object[name] = 0;
    }
    await call;
    assert.equal(seen[0].url, `https://loyalty.example${PATHS[operation]}`);
    assert.deepEqual(seen[0].init.body && JSON.parse(seen[0].init.body), BODIES[operation]);
  });

  test(`${operation} uses the host's fetch, as it is at the time, unless it is given one`, async (context) => {
    const { mock } = context.mock.method(globalThis, "fetch", async () => successOf(operation));
    await earnkit[operation](serversBehind(undefined)[operation], ...ARGUMENTS[operation]);
    await earnkit[operation](serversBehind(null)[operation], ...ARGUMENTS[operation]);
    assert.equal(mock.callCount(), 2);
  });
}

test("koomalooma's own address is the default", async () => {
  const { url } = await requestOf("createUser", { server: { baseUrl: undefined } });
  assert.equal(url, "https://api.koomalooma.com/api/users");
});

test("createUser without a user sends no body", async () => {
  const { init } = await requestOf("createUser", { args: [] });
  assert.equal(init.body, undefined);
  assert.deepEqual({ ...init.headers }, { Accept: "application/json", "X-KoomaLooma-JWT": "partner-key" });
});

test("legacy paths have no store code, even when one is given", async () => {
  const server = { pathStyle: "legacy", storeCode: "DEFAULT" };
  const { url } = await requestOf("triggerEvent", { server });
  assert.equal(url, "https://loyalty.example/api/customer/earnRule/photo.shared");
  const read = await requestOf("listEarningRules", { server });
  assert.equal(read.url, "https://loyalty.example/api/customer/earningRule");
});

test("text is sent to the character", async () => {
  const description = 'Zażółć "gęślą" jaźń \\ / \u0000 \u2028 🫖 </script>';
  const { init } = await requestOf("assignPoints", {
    args: ["u", { ...newCommitment, promotionGoalDescription: description }],
  });
  assert.equal(JSON.parse(init.body).promotion_goal_description, description);
});

test("fields that nobody asked for are not sent", async () => {
  const { init } = await requestOf("createUser", { args: [{ ...newUser, partner_id: "other", isAdmin: true }] });
  assert.deepEqual(JSON.parse(init.body), BODIES.createUser);
});

test("a frozen object, and one without a prototype, do as well", async () => {
  const frozen = Object.freeze(Object.assign(Object.create(null), newUser));
  const { init } = await requestOf("createUser", { args: [frozen] });
  assert.deepEqual(JSON.parse(init.body), BODIES.createUser);
});

test("CommonJS gets the same functions by require()", () => {
  if (!process.features.require_module) assert.fail("Node 20.19 and later have require() of an ES module");
  const required = createRequire(import.meta.url)("earnkit");
  assert.equal(required.triggerEvent, earnkit.triggerEvent);
  assert.deepEqual(Object.keys(required).sort(), Object.keys(earnkit).sort());
});
