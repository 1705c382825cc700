// koomalooma's own API description, served by Prism as a validating mock: what we send passes, what it answers decodes.
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { assignPoints, createUser } from "earnkit";

import { newCommitment, newUser } from "../support/operations.mjs";
import { startProcess } from "../support/process.mjs";

const PRISM = fileURLToPath(new URL("dist/index.js", import.meta.resolve("@stoplight/prism-cli/package.json")));
const DESCRIPTION = fileURLToPath(new URL("../../fixtures/koomalooma-openapi.json", import.meta.url));
const DYNAMIC_ANSWERS = 50;
const RFC_3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

let folder;
let prism;
let koomalooma;

/**
 * The vendor's description with what it leaves open, or Prism refuses every body: that requests are JSON, and what
 * `POST /users` takes. The `User` that comes back has descriptions that speak of the values to give.
 */
async function completedDescription() {
  const description = JSON.parse(await readFile(DESCRIPTION, "utf8"));
  assert.equal(description.consumes, undefined);
  assert.equal(description.paths["/users"].post.parameters, undefined);
  description.consumes = description.produces;
  description.paths["/users"].post.parameters = [{ in: "body", name: "user", schema: { $ref: "#/definitions/User" } }];
  const path = join(folder, "koomalooma.json");
  await writeFile(path, JSON.stringify(description));
  return path;
}

/** With --errors it answers what breaks the description with an error, instead of a note in a header. */
const startPrism = (path) =>
  startProcess(
    process.execPath,
    [PRISM, "mock", "--host", "127.0.0.1", "--port", "0", "--errors", path],
    /Prism is listening on (http:\S+)/,
  );

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "earnkit-"));
  prism = await startPrism(await completedDescription());
  koomalooma = { apiKey: "partner-key", baseUrl: prism.url };
});
after(async () => {
  await prism.stop();
  await rm(folder, { recursive: true });
});

/** Sends the request as it is, with this header besides, and keeps what was sent and answered. */
function preferring(prefer) {
  const seen = [];
  const fetch = async (url, init) => {
    const response = await globalThis.fetch(url, {
      ...init,
      headers: { ...init.headers, ...(prefer && { Prefer: prefer }) },
    });
    seen.push({ url, init, status: response.status, violations: response.headers.get("sl-violations") });
    return response;
  };
  return { seen, server: { ...koomalooma, fetch } };
}

/** A request past the client, to see that Prism does look. */
const post = (path, body, headers = { "X-KoomaLooma-JWT": "partner-key" }) =>
  fetch(prism.url + path, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body: JSON.stringify(body),
  });

test("the mock refuses what the description does not allow", async () => {
  const path = "/users/customer-1042/commitments";
  const good = {
    campaign_id: "spring",
    transaction_value: "24.90",
    promotion_goal_description: "Order 1042",
    promotion_goal_category: "order",
  };
  assert.equal((await post(path, good)).status, 201);
  assert.equal((await post(path, good, {})).status, 401);
  for (const name of Object.keys(good)) {
    const { [name]: _, ...rest } = good;
    assert.ok([400, 422].includes((await post(path, rest)).status), `without ${name}`);
  }
  assert.ok([400, 422].includes((await post(path, { ...good, transaction_value: 24.9 })).status));
  assert.ok([400, 422].includes((await post("/users", { partner_id: "sandbox-shop" })).status));
});

test("createUser without a user passes the description to the letter: it defines no parameter", async () => {
  const letter = await startPrism(DESCRIPTION);
  const user = await createUser({ ...koomalooma, baseUrl: letter.url });
  assert.equal(typeof user.partnerUserId, "string");
  await letter.stop();
});

test("createUser passes, with a user and without, and its answer decodes", async () => {
  for (const user of [newUser, undefined]) {
    const { seen, server } = preferring();
    const answer = await createUser(server, user);
    assert.deepEqual(
      seen.map(({ url, status, violations }) => [url, status, violations]),
      [[`${prism.url}/users`, 201, null]],
    );
    assert.deepEqual(Object.keys(answer).sort(), ["partnerId", "partnerUserId", "userSessionId"]);
    for (const value of Object.values(answer)) assert.equal(typeof value, "string");
  }
});

test("assignPoints passes, and its answer decodes", async () => {
  const { seen, server } = preferring();
  const commitment = await assignPoints(server, "customer-1042", newCommitment);
  assert.deepEqual(
    seen.map(({ url, status, violations }) => [url, status, violations]),
    [[`${prism.url}/users/customer-1042/commitments`, 201, null]],
  );
  assertCommitment(commitment);
});

test("assignPoints passes with everything that its arguments allow", async () => {
  const commitments = [
    { ...newCommitment, transactionValue: "0" },
    { ...newCommitment, transactionValue: "999999999999999.9999" },
    { ...newCommitment, promotionGoalDescription: 'Zażółć "gęślą" jaźń \\ 🫖\n'.repeat(30) },
    { ...newCommitment, campaignId: "x".repeat(255), promotionGoalCategory: "ü".repeat(255) },
  ];
  for (const commitment of commitments) assertCommitment(await assignPoints(koomalooma, "customer-1042", commitment));
  for (const userId of ["a b", "a/b", "ü🫖", "50%", "?a=b#c", "x".repeat(255)]) {
    assertCommitment(await assignPoints(koomalooma, userId, newCommitment));
  }
});

test("whatever the description allows as an answer decodes", async () => {
  const { server } = preferring("dynamic=true");
  for (let answer = 0; answer < DYNAMIC_ANSWERS; answer++) {
    assertCommitment(await assignPoints(server, "customer-1042", newCommitment));
    const user = await createUser(server, newUser);
    for (const value of Object.values(user)) assert.equal(typeof value, "string");
  }
});

test("the documented errors are refusals", async () => {
  for (const call of [createUser, (server) => assignPoints(server, "customer-1042", newCommitment)]) {
    for (const [status, code] of [
      [400, "rejected"],
      [403, "forbidden"],
    ]) {
      const { seen, server } = preferring(`code=${status}`);
      await assert.rejects(call(server), { name: "LoyaltyError", code, outcome: "not_applied", status, attempts: 1 });
      assert.equal(seen.length, 1);
    }
  }
});

test("without its key a request is unauthorized", async () => {
  const fetch = (url, { headers: { "X-KoomaLooma-JWT": key, ...headers }, ...init }) => {
    assert.equal(key, koomalooma.apiKey);
    return globalThis.fetch(url, { ...init, headers });
  };
  await assert.rejects(createUser({ ...koomalooma, fetch }, newUser), { code: "unauthorized", outcome: "not_applied" });
});

/** Every member of a commitment, as the description has it. */
function assertCommitment(commitment) {
  const { goal, createdAt, updatedAt, redeemed, confirmationStatus, ...rest } = commitment;
  const integers = ["loyaltyUnits", "freeLoyaltyUnits", "redeemableLoyaltyUnits", "redeemedLoyaltyUnits"];
  const texts = [
    "id",
    "userId",
    "partnerId",
    "loyaltyAccumulationValue",
    "promotionGoalDescription",
    "promotionGoalCategory",
  ];
  assert.deepEqual(Object.keys(rest).sort(), [...integers, ...texts].sort());
  for (const name of integers) assert.ok(Number.isSafeInteger(rest[name]), `${name}: ${rest[name]}`);
  for (const name of texts) assert.equal(typeof rest[name], "string", name);
  assert.equal(typeof goal.type, "string");
  assert.equal(typeof goal.value, "string");
  assert.equal(typeof redeemed, "boolean");
  assert.ok(["pending", "confirmed"].includes(confirmationStatus));
  for (const date of [createdAt, updatedAt]) assert.match(date, RFC_3339);
}
