// A gateway in place of a server: what the facade adds to it. What is sent, believed and sent again is tested natively.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { afterEach, test } from "node:test";

import * as earnkit from "earnkit";

import { hostileProxy } from "../support/bad-values.mjs";
import { newCommitment, newUser } from "../support/operations.mjs";
import { trapNext } from "../support/trap.mjs";

const GLOBALS = ["document", "location"];
const saved = GLOBALS.map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)]);
afterEach(() => {
  for (const [name, descriptor] of saved) {
    delete globalThis[name];
    if (descriptor) Object.defineProperty(globalThis, name, descriptor);
  }
});
const inPage = (globals) => {
  for (const [name, value] of Object.entries(globals))
    Object.defineProperty(globalThis, name, { value, configurable: true });
};

const ANSWERS = {
  listEarningRules: { earningRules: [], currency: "EUR" },
  getCustomerStatus: { points: 5, lockedPoints: 0, usedPoints: 0, expiredPoints: 0, totalEarnedPoints: 5 },
  triggerEvent: { points: 10 },
  createUser: { partnerUserId: "anna" },
  assignPoints: { id: "1", loyaltyUnits: 24 },
};
const STATUSES = { createUser: 201, assignPoints: 201 };
const KEYED = { idempotencyKey: "order-1042" };
const CALLS = {
  listEarningRules: (gateway, options) => earnkit.listEarningRules(gateway, options),
  getCustomerStatus: (gateway, options) => earnkit.getCustomerStatus(gateway, options),
  triggerEvent: (gateway, options) => earnkit.triggerEvent(gateway, "facebook_like", options),
  createUser: (gateway, options) => earnkit.createUser(gateway, undefined, options),
  assignPoints: (gateway, options) => earnkit.assignPoints(gateway, "anna", newCommitment, { ...KEYED, ...options }),
};
const OPERATIONS = Object.keys(CALLS);
const AWARDS = OPERATIONS.slice(2);

/** A `fetch` that notes what it is asked, and answers as a gateway does. */
function gatewayFetch(operation, answers = []) {
  const requests = [];
  const fetch = async (url, init) => {
    requests.push({ url, ...init });
    const answer = answers.shift();
    if (answer) return answer();
    return Response.json(ANSWERS[operation], { status: STATUSES[operation] ?? 200 });
  };
  return { requests, fetch };
}

const refusal = (status, code, outcome, final, headers) => () =>
  Response.json({ error: { code, outcome }, final }, { status, headers });

async function failure(call) {
  const error = await call.then(
    (value) => assert.fail(`it gave ${JSON.stringify(value)}`),
    (thrown) => thrown,
  );
  assert.ok(earnkit.isLoyaltyError(error), String(error));
  return error;
}

const URL_OF = {
  listEarningRules: "earning-rules",
  getCustomerStatus: "status",
  triggerEvent: "events/facebook_like",
  createUser: "users",
  assignPoints: "users/anna/commitments",
};

for (const operation of OPERATIONS) {
  const call = CALLS[operation];

  test(`${operation}: a relative address starts at the page or the worker`, async () => {
    for (const [globals, gatewayUrl, base] of [
      [{}, "https://shop.example/loyalty", "https://shop.example/loyalty"],
      [{}, new URL("https://shop.example/loyalty/"), "https://shop.example/loyalty"],
      [{ document: { baseURI: "https://shop.example/cart/?x=1#y" } }, "/loyalty", "https://shop.example/loyalty"],
      [{ document: { baseURI: "https://shop.example/cart/?x=1#y" } }, "loyalty/", "https://shop.example/cart/loyalty"],
      [{ document: { baseURI: "https://shop.example/cart" } }, "/", "https://shop.example"],
      [{ document: { baseURI: "http://shop.example/" } }, "//loyalty.example/x", "http://loyalty.example/x"],
      [{ document: { baseURI: "https://shop.example/" } }, "http://127.0.0.1:8787", "http://127.0.0.1:8787"],
      [{ location: { href: "https://shop.example/js/worker.js" } }, "/loyalty", "https://shop.example/loyalty"],
    ]) {
      inPage(globals);
      const { requests, fetch } = gatewayFetch(operation);
      assert.deepEqual(await call({ gatewayUrl, fetch }), ANSWERS[operation]);
      assert.equal(requests[0].url, `${base}/${URL_OF[operation]}`);
    }
  });

  test(`${operation}: what is no address is refused`, async () => {
    const page = { document: { baseURI: "https://shop.example/cart?x=1" } };
    const bad = [undefined, null, 5, true, "", {}, [], Symbol("s"), "?x", "#x", "ftp://x", "https://u:p@x", "blob:x"];
    for (const globals of [{}, page]) {
      inPage(globals);
      for (const gatewayUrl of globals === page ? bad : [...bad, "/loyalty", "loyalty", "//x", "."]) {
        const { requests, fetch } = gatewayFetch(operation);
        const error = await failure(call({ gatewayUrl, fetch }));
        assert.deepEqual(
          [error.code, error.field, error.attempts, requests.length],
          ["invalid_input", "gateway.gatewayUrl", 0, 0],
          String(gatewayUrl),
        );
      }
    }
  });

  test(`${operation}: fetch gets the credentials, and no such member if there are none`, async () => {
    for (const credentials of ["omit", "same-origin", "include"]) {
      const { requests, fetch } = gatewayFetch(operation);
      await call({ gatewayUrl: "https://shop.example", credentials, fetch });
      assert.equal(requests[0].credentials, credentials);
    }
    const { requests, fetch } = gatewayFetch(operation);
    await call({ gatewayUrl: "https://shop.example", fetch });
    // workerd throws on one.
    assert.ok(!("credentials" in requests[0]));
    for (const credentials of ["all", "", 5, true, {}, () => "omit"]) {
      const error = await failure(call({ gatewayUrl: "https://shop.example", credentials, fetch }));
      assert.deepEqual([error.code, error.field], ["invalid_input", "gateway.credentials"]);
    }
    assert.equal(requests.length, 1);
  });

  test(`${operation}: headers, in every form`, async () => {
    const record = { Authorization: "Bearer x", "X-Shop": "1" };
    for (const headers of [
      record,
      new Headers(record),
      new Map(Object.entries(record)),
      () => record,
      async () => record,
      async () => new Headers(record),
    ]) {
      const { requests, fetch } = gatewayFetch(operation);
      await call({ gatewayUrl: "https://shop.example", headers, fetch });
      const sent = new Headers(requests[0].headers);
      assert.deepEqual([sent.get("authorization"), sent.get("x-shop")], ["Bearer x", "1"]);
      assert.equal(sent.get("accept"), "application/json");
    }
    for (const headers of [undefined, {}, () => undefined, async () => null]) {
      const { requests, fetch } = gatewayFetch(operation);
      await call({ gatewayUrl: "https://shop.example", headers, fetch });
      assert.ok(!new Headers(requests[0].headers).has("authorization"));
    }
  });

  test(`${operation}: headers that fetch must not see`, async () => {
    const values = [
      null,
      5,
      "Bearer x",
      [],
      ["a"],
      [["a", "b"]],
      { "X-A": 5 },
      { "X-A": "s\r\nX-B: 1" },
      { "X A": "s" },
    ];
    const thrown = () => {
      throw new Error("no session");
    };
    for (const value of [...values, { "Content-Type": "text/plain" }, hostileProxy()]) {
      const { requests, fetch } = gatewayFetch(operation);
      const error = await failure(call({ gatewayUrl: "https://shop.example", headers: value, fetch }));
      assert.equal(error.code, "invalid_input");
      assert.equal(requests.length, 0);
      if (value === null) continue;
      const asked = await failure(call({ gatewayUrl: "https://shop.example", headers: () => value, fetch }));
      assert.deepEqual([asked.code, asked.outcome, asked.attempts], ["token_failed", "not_applied", 0]);
    }
    const circle = {};
    circle.self = circle;
    for (const headers of [thrown, async () => thrown(), () => circle, () => 5n, () => Symbol("s")]) {
      const { requests, fetch } = gatewayFetch(operation);
      const error = await failure(call({ gatewayUrl: "https://shop.example", headers, fetch }));
      assert.deepEqual(
        [error.code, error.outcome, error.attempts, requests.length],
        ["token_failed", "not_applied", 0, 0],
      );
    }
    const { fetch } = gatewayFetch(operation);
    const never = () => new Promise(() => {});
    const hung = await failure(
      call({ gatewayUrl: "https://shop.example", headers: never, fetch }, { totalTimeoutMs: 20 }),
    );
    assert.deepEqual([hung.code, hung.outcome, hung.attempts], ["timeout", "not_applied", 0]);
  });
}

test("a server's calls send no key and no credentials", async () => {
  const { requests, fetch } = gatewayFetch("triggerEvent");
  const loyalty = {
    baseUrl: "https://loyalty.example",
    token: "t",
    fetch,
    credentials: "include",
    headers: { a: "b" },
  };
  await earnkit.triggerEvent(loyalty, "facebook_like");
  assert.deepEqual(Object.keys(requests[0].headers), ["Accept", "Content-Type", "Authorization"]);
  assert.ok(!("credentials" in requests[0]));
});

test("concurrent calls share the answer of a headers function", async () => {
  let asked = 0;
  const { requests, fetch } = gatewayFetch("listEarningRules");
  const headers = async () => ({ "X-Asked": String(++asked) });
  const gateway = { gatewayUrl: "https://shop.example", headers, fetch };
  await Promise.all([earnkit.listEarningRules(gateway), earnkit.listEarningRules(gateway)]);
  assert.deepEqual([asked, requests.length], [1, 2]);
});

for (const operation of AWARDS) {
  const call = CALLS[operation];
  const keyIn = ({ headers }) => headers["Idempotency-Key"];

  test(`${operation}: every attempt has the same key, every call its own`, async () => {
    const keys = new Set();
    for (let calls = 0; calls < 3; calls++) {
      const lost = () => Promise.reject(new TypeError("the line was cut"));
      const pending = refusal(409, "in_progress", "unknown", false, { "retry-after": "0" });
      const { requests, fetch } = gatewayFetch(operation, [lost, pending]);
      const nexts = [];
      const onAttempt = ({ next }) => nexts.push(next);
      assert.deepEqual(await call({ gatewayUrl: "https://shop.example", fetch }, { onAttempt }), ANSWERS[operation]);
      assert.deepEqual(nexts, ["retry", "retry", "done"]);
      assert.equal(new Set(requests.map(keyIn)).size, 1);
      keys.add(keyIn(requests[0]));
    }
    assert.equal(keys.size, operation === "assignPoints" ? 1 : 3);
  });

  test(`${operation}: the store's key is sent, and stands in the error`, async () => {
    const given = await failure(
      call(
        {
          gatewayUrl: "https://shop.example",
          ...gatewayFetch(operation, [refusal(422, "key_reused", "not_applied", true)]),
        },
        { idempotencyKey: "k~1" },
      ),
    );
    assert.deepEqual([given.code, given.outcome, given.idempotencyKey], ["key_reused", "not_applied", "k~1"]);
    assert.equal(JSON.parse(JSON.stringify(given)).idempotencyKey, "k~1");
    const { requests, fetch } = gatewayFetch(operation, [refusal(403, "forbidden", "not_applied", true)]);
    const made = await failure(call({ gatewayUrl: "https://shop.example", fetch }));
    assert.equal(made.idempotencyKey, keyIn(requests[0]));
  });

  test(`${operation}: after a trap too the key is known, and so is that an earlier attempt may have been booked`, async () => {
    const trap = (status) => () => {
      let isRead = false;
      return {
        status,
        headers: { get: () => "application/json" },
        get body() {
          // Once: the call that gives up looks again, to cancel it.
          if (!isRead) trapNext();
          isRead = true;
          throw new Error("hostile");
        },
      };
    };
    const lost = () => Promise.reject(new TypeError("the line was cut"));
    const { requests, fetch } = gatewayFetch(operation, [lost, trap(403)]);
    const error = await failure(call({ gatewayUrl: "https://shop.example", fetch }));
    assert.deepEqual([error.code, error.outcome, error.attempts], ["internal", "unknown", 2]);
    assert.equal(error.idempotencyKey, keyIn(requests[0]));
    const documented = gatewayFetch(operation, [trap(STATUSES[operation] ?? 200)]);
    const applied = await failure(call({ gatewayUrl: "https://shop.example", fetch: documented.fetch }));
    assert.equal(applied.outcome, "applied");
  });

  // A commitment's key is never made up.
  const refused = operation === "assignPoints" ? undefined : "options.idempotencyKey";
  test(`${operation}: without randomness the key has to be given`, async () => {
    const descriptor = Object.getOwnPropertyDescriptor(globalThis, "crypto");
    Object.defineProperty(globalThis, "crypto", { value: undefined, configurable: true });
    try {
      const { requests, fetch } = gatewayFetch(operation);
      const error = await call({ gatewayUrl: "https://shop.example", fetch }).catch((thrown) => thrown);
      assert.equal(error.field, refused);
      requests.length = 0;
      await call({ gatewayUrl: "https://shop.example", fetch }, KEYED);
      assert.equal(keyIn(requests[0]), "order-1042");
    } finally {
      Object.defineProperty(globalThis, "crypto", descriptor);
    }
  });
}

test("what a gateway can't do is refused by name", async () => {
  const { requests, fetch } = gatewayFetch("createUser");
  const gateway = { gatewayUrl: "https://shop.example", fetch };
  for (const [call, field] of [
    [earnkit.login(gateway, { username: "anna", password: "p" }), "openLoyaltyServer.gatewayUrl"],
    [earnkit.refreshTokens(gateway, "refresh"), "openLoyaltyServer.gatewayUrl"],
    [earnkit.createUser(gateway, newUser), "user"],
    [earnkit.assignPoints(gateway, "anna", newCommitment), "options.idempotencyKey"],
    [earnkit.listEarningRules(gateway, KEYED), "options.idempotencyKey"],
    [earnkit.triggerEvent(gateway, "e", { retries: 11 }), "options.retries"],
    [earnkit.triggerEvent({ ...gateway, fetch: 5 }, "e"), "gateway.fetch"],
    [earnkit.triggerEvent({ gatewayUrl: "https://shop.example", fetch }), "eventName"],
  ]) {
    const error = await failure(call);
    assert.deepEqual([error.code, error.field, error.attempts], ["invalid_input", field, 0]);
  }
  assert.equal(requests.length, 0);
});

/** Over a socket, with connections that are cut after the gateway has booked. */
test("a cut line leads to one booking", async () => {
  const booked = new Map();
  let cuts = 2;
  const server = createServer((request, response) => {
    const key = request.headers["idempotency-key"];
    if (!booked.has(key)) booked.set(key, booked.size + 1);
    request.resume().on("end", () => {
      if (cuts-- > 0) return request.socket.destroy();
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ points: booked.get(key), final: true }));
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const gateway = { gatewayUrl: `http://127.0.0.1:${server.address().port}/loyalty` };
    assert.deepEqual(await earnkit.triggerEvent(gateway, "facebook_like"), { points: 1 });
    assert.equal(booked.size, 1);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});
