// The seven calls against the sandbox over TCP: what they ask, what they give, and what the server booked.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";

import {
  assignPoints,
  createUser,
  getCustomerStatus,
  init,
  listEarningRules,
  login,
  refreshTokens,
  triggerEvent,
} from "earnkit";

import { credentials, customerIdIn, newCommitment, newUser } from "../support/operations.mjs";
import { startSandbox } from "../support/sandbox.mjs";

const RFC_3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}[+-]\d{2}:\d{2}$/;

let sandbox;
let koomalooma;

before(async () => {
  sandbox = await startSandbox();
  koomalooma = { apiKey: "sandbox-partner-key", baseUrl: `${sandbox.url}/koomalooma/api` };
});
after(() => sandbox.stop());
beforeEach(() => sandbox.reset());

/** The method and path of what was asked since the reset. */
const asked = async () => (await sandbox.requests()).map(({ method, path }) => `${method} ${path}`);

test("init gives nothing, however often", async () => {
  assert.deepEqual(await Promise.all([init(), init(), init(undefined)]), [undefined, undefined, undefined]);
});

for (const pathStyle of ["store", "legacy"]) {
  const prefix = pathStyle === "store" ? "/api/DEFAULT" : "/api";
  const eventPath = pathStyle === "store" ? "earningRule" : "earnRule";

  test(`login and refreshTokens, path style ${pathStyle}`, async () => {
    const server = { baseUrl: sandbox.url, pathStyle };
    const tokens = await login(server, credentials);
    assert.deepEqual(Object.keys(tokens).sort(), ["passwordChangeNeeded", "refreshToken", "token"]);
    assert.match(tokens.token, /^[\w-]+\.[\w-]+\.[\w-]+$/);
    assert.match(tokens.refreshToken, /^[0-9a-f]{128}$/);
    assert.equal(tokens.passwordChangeNeeded, false);

    const refreshed = await refreshTokens(server, tokens.refreshToken);
    assert.equal(refreshed.refreshToken, tokens.refreshToken, "3.2.0 extends the same refresh token");
    assert.equal(customerIdIn(refreshed.token), customerIdIn(tokens.token));

    assert.deepEqual(await asked(), [`POST ${prefix}/customer/login_check`, `POST ${prefix}/token/refresh`]);
    const logins = (await sandbox.ledger()).map(({ kind, refresh }) => ({ kind, refresh }));
    assert.deepEqual(logins, [
      { kind: "login", refresh: false },
      { kind: "login", refresh: true },
    ]);
  });

  test(`getCustomerStatus, path style ${pathStyle}`, async () => {
    const { token } = await login({ baseUrl: sandbox.url, pathStyle }, credentials);
    const status = await getCustomerStatus({ baseUrl: sandbox.url, pathStyle, token });
    // Anna's transfers in the seed, and 1 point for the login.
    assert.deepEqual(status, {
      points: 305.4,
      lockedPoints: 41.3,
      usedPoints: 122.5,
      expiredPoints: 37.5,
      totalEarnedPoints: 506.7,
      levelName: "Silver",
      nextLevelName: "Gold",
      pointsToNextLevel: 993.3,
      currency: "EUR",
    });
    assert.equal((await asked()).at(-1), `GET ${prefix}/customer/${customerIdIn(token)}/status`);
  });

  test(`triggerEvent, path style ${pathStyle}`, async () => {
    const { token } = await login({ baseUrl: sandbox.url, pathStyle }, credentials);
    const openLoyalty = { baseUrl: sandbox.url, pathStyle, token };
    const usagesOf = async (name) => {
      const { earningRules } = await listEarningRules(openLoyalty);
      return earningRules.find((rule) => rule.eventName === name).usages;
    };
    const usagesBefore = await usagesOf("photo.shared");
    const { points } = await getCustomerStatus(openLoyalty);

    assert.deepEqual(await triggerEvent(openLoyalty, "photo.shared"), { points: 12.5 });

    assert.equal((await asked()).at(-1), `POST ${prefix}/customer/${eventPath}/photo.shared`);
    const { kind, server, eventName, points: booked, customerId } = (await sandbox.ledger()).at(-1);
    assert.deepEqual(
      { kind, server, eventName, points: booked, customerId },
      {
        kind: "event",
        server: "open-loyalty",
        eventName: "photo.shared",
        points: 12.5,
        customerId: customerIdIn(token),
      },
    );
    assert.equal((await getCustomerStatus(openLoyalty)).points, points + 12.5);
    assert.equal((await usagesOf("photo.shared")).length, usagesBefore.length + 1);
  });
}

test("a temporary password shows", async () => {
  const tokens = await login({ baseUrl: sandbox.url }, { ...credentials, username: "ewa@example.com" });
  assert.equal(tokens.passwordChangeNeeded, true);
});

test("the highest amount wins: a Gold member gets more for a review", async () => {
  const gold = await login({ baseUrl: sandbox.url }, { ...credentials, username: "jan@example.com" });
  assert.deepEqual(await triggerEvent({ baseUrl: sandbox.url, token: gold.token }, "review.written"), { points: 60 });
  const silver = await login({ baseUrl: sandbox.url }, credentials);
  assert.deepEqual(await triggerEvent({ baseUrl: sandbox.url, token: silver.token }, "review.written"), { points: 30 });
});

test("createUser", async () => {
  assert.deepEqual(await createUser(koomalooma, newUser), newUser);
  const [entry] = await sandbox.ledger();
  assert.equal(entry.kind, "user");
  assert.equal(entry.userId, newUser.partnerUserId);
  assert.deepEqual(await asked(), ["POST /koomalooma/api/users"]);
});

test("createUser without a user: the server picks", async () => {
  const user = await createUser(koomalooma);
  assert.equal(user.partnerId, "sandbox-shop");
  assert.deepEqual(Object.keys(user).sort(), Object.keys(newUser).sort());
});

test("assignPoints", async () => {
  const { createdAt, updatedAt, id, ...rest } = await assignPoints(koomalooma, "customer-1042", newCommitment);
  assert.deepEqual(rest, {
    loyaltyUnits: 24,
    freeLoyaltyUnits: 0,
    loyaltyAccumulationValue: "24.90",
    userId: "customer-1042",
    partnerId: "sandbox-shop",
    goal: { type: "purchase", value: "24.90" },
    redeemableLoyaltyUnits: 0,
    redeemedLoyaltyUnits: 0,
    redeemed: false,
    confirmationStatus: "pending",
    promotionGoalDescription: "Order 1042",
    promotionGoalCategory: "order",
  });
  assert.match(createdAt, RFC_3339);
  assert.equal(updatedAt, createdAt);
  const { commitmentId, transactionValue, points } = (await sandbox.ledger()).at(-1);
  assert.deepEqual(
    { commitmentId, transactionValue, points },
    { commitmentId: id, transactionValue: "24.90", points: 24 },
  );
});

test("a user id stays one segment of the path", async () => {
  const userId = "../a b/ü?#%2e";
  const { userId: echoed } = await assignPoints(koomalooma, userId, newCommitment);
  assert.equal(echoed, userId);
  assert.deepEqual(await asked(), ["POST /koomalooma/api/users/..%2Fa%20b%2F%C3%BC%3F%23%252e/commitments"]);
});

test("a base URL may carry a path and slashes at its end", async () => {
  const baseUrl = `${sandbox.url}/koomalooma/api//`;
  assert.deepEqual(await createUser({ ...koomalooma, baseUrl }, newUser), newUser);
});

test("another store code is asked for under its own path", async () => {
  const server = { baseUrl: sandbox.url, storeCode: "shop/pl" };
  await assert.rejects(login(server, credentials), { code: "not_found" });
  assert.deepEqual(await asked(), ["POST /api/shop%2Fpl/customer/login_check"]);
});
