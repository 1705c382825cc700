// What the two servers refuse by themselves: the code, the outcome, and that nothing was booked.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";

import { assignPoints, isLoyaltyError, login, refreshTokens, triggerEvent } from "earnkit";

import { credentials, failureOf, newCommitment, startCalls } from "../support/operations.mjs";

const DAY_SECONDS = 86_400;

let sandbox;
let calls;
let reset;

before(async () => {
  ({ sandbox, calls, reset } = await startCalls());
});
after(() => sandbox.stop());
beforeEach(() => reset());

/** Checks the error of a call that the server refuses without doing anything. */
async function assertRefused(call, expected) {
  const { error, booked, requests } = await failureOf(sandbox, call);
  const { code, outcome, status, attempts, serverMessage } = error;
  assert.deepEqual(
    { code, outcome, status, attempts, serverMessage },
    { outcome: "not_applied", attempts: 1, serverMessage: undefined, ...expected },
  );
  assert.ok(isLoyaltyError(error, expected.code));
  assert.deepEqual(booked, []);
  assert.equal(requests.length, attempts);
  return error;
}

const signIn = async (username, password = "password") =>
  (await login({ baseUrl: sandbox.url }, { username, password })).token;

/** A token of somebody who signs in at the shop's own administration. */
async function adminToken() {
  const response = await fetch(`${sandbox.url}/api/admin/login_check`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ _username: "admin", _password: "open" }),
  });
  return (await response.json()).token;
}

for (const operation of ["listEarningRules", "getCustomerStatus", "triggerEvent"]) {
  test(`${operation} with a forged token is unauthorized`, async () => {
    const token = `${await signIn("anna@example.com")}x`;
    const expected = { code: "unauthorized", status: 401, serverMessage: "Invalid JWT Token" };
    await assertRefused(() => calls[operation]({}, { token }), expected);
  });

  test(`${operation} with an expired token is unauthorized`, async () => {
    const token = await signIn("anna@example.com");
    await sandbox.advance(DAY_SECONDS + 1);
    const expected = { code: "unauthorized", status: 401, serverMessage: "Invalid JWT Token" };
    await assertRefused(() => calls[operation]({}, { token }), expected);
  });

  test(`${operation} without a token is unauthorized, and nothing is sent`, async () => {
    for (const token of [undefined, null, () => undefined, () => null, async () => null]) {
      await assertRefused(() => calls[operation]({}, { token }), {
        code: "unauthorized",
        status: undefined,
        attempts: 0,
      });
    }
  });

  test(`${operation} with a token of somebody who is no customer is forbidden`, async () => {
    const token = await adminToken();
    const expected = { code: "forbidden", status: 403, serverMessage: "Forbidden" };
    await assertRefused(() => calls[operation]({}, { token }), expected);
  });

  test(`${operation} under another store code is not found, and the message names the other path style`, async () => {
    const expected = { code: "not_found", status: 404, serverMessage: "Not Found" };
    const { message } = await assertRefused(() => calls[operation]({}, { storeCode: "OTHER" }), expected);
    assert.match(message, /storeCode; servers up to 3\.x want pathStyle: "legacy"/);
    const elsewhere = { pathStyle: "legacy", baseUrl: `${sandbox.url}/elsewhere` };
    const legacy = await failureOf(sandbox, () => calls[operation]({}, elsewhere));
    assert.equal(legacy.error.code, "not_found");
    assert.match(legacy.error.message, /servers from 4\.x on want pathStyle: "store"/);
  });
}

test("an event that no rule pays for is unavailable", async () => {
  const refused = { code: "event_unavailable", status: 400, serverMessage: "event does not exist" };
  const server = { baseUrl: sandbox.url };
  const anna = { ...server, token: await signIn("anna@example.com") };
  // No such event; a rule of another level; a customer whose status may not earn.
  await assertRefused(() => triggerEvent(anna, "no.such.event"), refused);
  await assertRefused(() => triggerEvent(anna, "tasting.attended"), refused);
  const ewa = { ...server, token: await signIn("ewa@example.com") };
  await assertRefused(() => triggerEvent(ewa, "photo.shared"), refused);
  const legacy = { ...anna, pathStyle: "legacy" };
  await assertRefused(() => triggerEvent(legacy, "no.such.event"), refused);
});

test("a user without a customer's account finds nothing", async () => {
  const token = await signIn("guest@example.com");
  const expected = { code: "not_found", status: 404, serverMessage: "Not Found" };
  await assertRefused(() => calls.triggerEvent({}, { token }), expected);
  await assertRefused(() => calls.getCustomerStatus({}, { token }), expected);
});

test("a limit holds until its window ends", async () => {
  const anna = { baseUrl: sandbox.url, token: await signIn("anna@example.com") };
  assert.deepEqual(await triggerEvent(anna, "poster.voted"), { points: 40 });
  const refused = { code: "limit_exceeded", status: 400, serverMessage: "limit exceeded" };
  await assertRefused(() => triggerEvent(anna, "poster.voted"), refused);
});

test("a wrong name or password is unauthorized", async () => {
  const server = { baseUrl: sandbox.url };
  const expected = { code: "unauthorized", status: 401, serverMessage: "Bad credentials." };
  await assertRefused(() => login(server, { ...credentials, password: "wrong" }), expected);
  await assertRefused(() => login(server, { ...credentials, username: "nobody@example.com" }), expected);
  await assertRefused(() => login(server, { ...credentials, username: "marek@example.com" }), expected);
});

test("an unknown refresh token, and one whose time is up, are unauthorized", async () => {
  const server = { baseUrl: sandbox.url };
  const expected = { code: "unauthorized", status: 401, serverMessage: "Bad credentials" };
  await assertRefused(() => refreshTokens(server, "0".repeat(128)), expected);
  const { refreshToken } = await login(server, credentials);
  await sandbox.advance(31 * DAY_SECONDS);
  await assertRefused(() => refreshTokens(server, refreshToken), expected);
});

test("koomalooma refuses an unknown key and an unknown campaign", async () => {
  const koomalooma = { apiKey: "sandbox-partner-key", baseUrl: `${sandbox.url}/koomalooma/api` };
  const wrongKey = { apiKey: "another-key" };
  await assertRefused(() => calls.createUser({}, wrongKey), { code: "forbidden", status: 403 });
  await assertRefused(() => calls.assignPoints({}, wrongKey), { code: "forbidden", status: 403 });
  const unknownCampaign = { ...newCommitment, campaignId: "another" };
  await assertRefused(() => assignPoints(koomalooma, "customer-1042", unknownCampaign), {
    code: "rejected",
    status: 400,
  });
  await assertRefused(() => calls.createUser({}, { baseUrl: sandbox.url }), { code: "not_found", status: 404 });
});
