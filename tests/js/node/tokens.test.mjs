// The customer's token: a string, or a function that is asked for it.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";

import { getCustomerStatus, listEarningRules, login, triggerEvent } from "earnkit";

import { eventually } from "../support/eventually.mjs";
import { credentials, failureOf, serversBehind, startCalls, unsignedToken } from "../support/operations.mjs";

const CUSTOMERS_CALLS = {
  listEarningRules,
  getCustomerStatus,
  triggerEvent: (server, options) => triggerEvent(server, "photo.shared", options),
};
const DAY_SECONDS = 86_400;

let sandbox;
let reset;

before(async () => {
  ({ sandbox, reset } = await startCalls());
});
after(() => sandbox.stop());
beforeEach(() => reset());

const signIn = async (username = credentials.username) =>
  (await login({ baseUrl: sandbox.url }, { ...credentials, username })).token;

/** A token function that gives these values in turn, and what it was asked. */
function giving(...values) {
  const asked = [];
  const token = (...reason) => {
    asked.push(...reason);
    const value = values[Math.min(asked.length, values.length) - 1];
    if (value instanceof Error) throw value;
    return value;
  };
  return { token, asked };
}

for (const [name, call] of Object.entries(CUSTOMERS_CALLS)) {
  const failure = (token, options) => failureOf(sandbox, () => call({ baseUrl: sandbox.url, token }, options));

  test(`${name} takes a string, a function, and a promise`, async () => {
    const token = await signIn();
    for (const given of [token, () => token, async () => token]) {
      assert.ok(await call({ baseUrl: sandbox.url, token: given }));
    }
  });

  test(`${name} asks the function once, with "initial" and without a this`, async () => {
    const token = await signIn();
    const seen = [];
    function ask(...args) {
      seen.push([this, ...args]);
      return token;
    }
    await call({ baseUrl: sandbox.url, token: ask });
    assert.deepEqual(seen, [[undefined, "initial"]]);
  });

  test(`${name} asks again when the server does not take the token, and goes on with the new one`, async () => {
    const expired = await signIn();
    await sandbox.advance(DAY_SECONDS + 1);
    const { token, asked } = giving(expired, await signIn());
    const attempts = [];
    await call({ baseUrl: sandbox.url, token }, { onAttempt: (attempt) => attempts.push(attempt) });
    assert.deepEqual(asked, ["initial", "expired"]);
    assert.deepEqual(
      attempts.map(({ attempt, status, next }) => [attempt, status, next]),
      [
        [1, 401, "refresh"],
        [2, 200, "done"],
      ],
    );
    assert.equal(
      (await sandbox.ledger()).filter(({ kind }) => kind === "event").length,
      name === "triggerEvent" ? 1 : 0,
    );
  });

  test(`${name} asks no third time, and not for a string`, async () => {
    const [valid, forged] = [await signIn(), `${await signIn()}x`];
    const { token, asked } = giving(forged, `${forged}x`, valid);
    const twice = await failure(token);
    assert.deepEqual([twice.error.code, twice.error.attempts, twice.requests.length], ["unauthorized", 2, 2]);
    assert.deepEqual(asked, ["initial", "expired"]);
    const string = await failure(forged);
    assert.deepEqual([string.error.code, string.error.attempts, string.requests.length], ["unauthorized", 1, 1]);
  });

  test(`${name} sends nothing more when the function has nothing new`, async () => {
    const forged = `${await signIn()}x`;
    const other = await signIn("jan@example.com");
    for (const second of [forged, null, undefined, other]) {
      const { token, asked } = giving(forged, second);
      const { error, requests } = await failure(token);
      assert.deepEqual([error.code, error.outcome, error.attempts], ["unauthorized", "not_applied", 1]);
      assert.equal(requests.length, 1);
      assert.deepEqual(asked, ["initial", "expired"]);
    }
  });

  test(`${name} fails with token_failed when the function does, and sends nothing`, async () => {
    const useless = [
      ...[5, true, {}, [], Symbol("token"), 10n, () => "token"].map((value) => () => value),
      ...["", "two words", "new\nline", "żółw", "a".repeat(16_385)].map((value) => () => value),
      () => {
        throw new Error("session store is down");
      },
      () => Promise.reject(new TypeError("session store is down")),
      () => Promise.reject(),
      async () => 5,
      () => ({
        // biome-ignore lint/suspicious/noThenProperty: something that only looks like a promise
        then() {
          throw new Error("session store is down");
        },
      }),
    ];
    for (const token of useless) {
      const { error, requests } = await failure(token);
      assert.deepEqual([error.code, error.outcome, error.attempts], ["token_failed", "not_applied", 0], String(token));
      assert.deepEqual(requests, []);
      assert.ok(!`${error.stack}${JSON.stringify(error)}`.includes("session store"));
    }
  });

  test(`${name} waits for the function only as long as for everything`, async () => {
    let reject;
    const token = () =>
      new Promise((_, no) => {
        reject = no;
      });
    const { error, requests } = await failure(token, { totalTimeoutMs: 30 });
    assert.deepEqual([error.code, error.outcome, error.attempts, requests.length], ["timeout", "not_applied", 0, 0]);
    // It may still fail, when nobody waits for it any more.
    reject(new Error("too late"));
    await new Promise((resolve) => setTimeout(resolve));
  });
}

test("calls that share a function share its answer, and the next call asks again", async () => {
  const token = await signIn();
  let asked = 0;
  const ask = async () => {
    asked++;
    await new Promise((resolve) => setTimeout(resolve, 20));
    return token;
  };
  const server = { baseUrl: sandbox.url, token: ask };
  await Promise.all(Object.values(CUSTOMERS_CALLS).map((call) => call(server)));
  assert.equal(asked, 1);
  await listEarningRules(server);
  assert.equal(asked, 2);
});

test("a shared answer that fails fails all who wait for it, and nobody later", async () => {
  const token = await signIn();
  let asked = 0;
  const ask = async () => {
    asked++;
    await new Promise((resolve) => setTimeout(resolve, 20));
    if (asked === 1) throw new Error("session store is down");
    return token;
  };
  const server = { baseUrl: sandbox.url, token: ask };
  const settled = await Promise.allSettled(Object.values(CUSTOMERS_CALLS).map((call) => call(server)));
  assert.deepEqual(
    settled.map(({ reason }) => reason.code),
    ["token_failed", "token_failed", "token_failed"],
  );
  assert.equal(asked, 1);
  assert.ok(await listEarningRules(server));
});

test("an answer that never comes is not waited for by later calls for ever", async (context) => {
  const token = await signIn();
  let asked = 0;
  const ask = () => (++asked === 1 ? new Promise(() => {}) : token);
  const server = { baseUrl: sandbox.url, token: ask };
  const hung = { code: "timeout", outcome: "not_applied", attempts: 0 };
  await assert.rejects(listEarningRules(server, { totalTimeoutMs: 30 }), hung);
  // Within the time that a slow answer may take, it is shared: two refreshes at once may cost a rotating token.
  await assert.rejects(listEarningRules(server, { totalTimeoutMs: 30 }), hung);
  assert.equal(asked, 1);

  const now = performance.now.bind(performance);
  context.mock.method(performance, "now", () => now() + 30_000);
  assert.ok(await listEarningRules(server));
  assert.equal(asked, 2);
});

test("an answer that was given up does not end a newer one's sharing", async (context) => {
  const token = await signIn();
  const answers = [];
  const ask = () => new Promise((resolve) => answers.push(resolve));
  const server = { baseUrl: sandbox.url, token: ask };
  await assert.rejects(listEarningRules(server, { totalTimeoutMs: 30 }), { code: "timeout" });
  const now = performance.now.bind(performance);
  context.mock.method(performance, "now", () => now() + 30_000);
  const second = listEarningRules(server);
  await eventually(
    () => answers.length,
    (length) => length === 2,
  );
  answers[0](token);
  await new Promise((resolve) => setTimeout(resolve));
  const third = listEarningRules(server);
  await new Promise((resolve) => setTimeout(resolve));
  assert.equal(answers.length, 2, "it shares the second");
  answers[1](token);
  assert.ok(await second);
  assert.ok(await third);
});

test("the status is that of the customer in the token, whatever the id looks like", async () => {
  const urls = [];
  const fetch = async (url) => {
    urls.push(url);
    return Response.json({ points: 1 });
  };
  const server = serversBehind(fetch).getCustomerStatus;
  await getCustomerStatus({ ...server, token: unsignedToken("a/b c") });
  await getCustomerStatus({ ...server, token: () => unsignedToken("ż") });
  assert.deepEqual(urls, [
    "https://loyalty.example/api/DEFAULT/customer/a%2Fb%20c/status",
    "https://loyalty.example/api/DEFAULT/customer/%C5%BC/status",
  ]);
  for (const id of ["", ".", "..", "a\nb", "x".repeat(256), null, 5, {}]) {
    for (const token of [unsignedToken(id), async () => unsignedToken(id)]) {
      await assert.rejects(getCustomerStatus({ ...server, token }), {
        code: "invalid_input",
        field: "openLoyalty.token",
        attempts: 0,
      });
    }
  }
  assert.equal(urls.length, 2);
});
