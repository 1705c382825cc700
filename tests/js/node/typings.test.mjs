// The typings and the package name the same things: what is on one side only fails here.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";

import * as earnkit from "earnkit";

import { memberNames, readDeclarations } from "../support/declarations.mjs";
import { sampleObject } from "../support/samples.mjs";

const root = new URL(".", import.meta.resolve("earnkit/package.json"));
const typings = readdirSync(new URL("types/", root)).map((name) => new URL(`types/${name}`, root));
const declarations = readDeclarations([new URL("index.d.ts", root), ...typings]);

const payload = Buffer.from(JSON.stringify({ id: "anna" })).toString("base64url");
const token = `header.${payload}.signature`;
const baseUrl = "https://loyalty.example";
const answering =
  (value, status = 200) =>
  async () =>
    Response.json(value, { status });
const openLoyalty = (value) => ({ baseUrl, token, fetch: answering(value) });
const koomalooma = (value) => ({ apiKey: "key", baseUrl, fetch: answering(value, 201) });

const snakeCase = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const inSnakeCase = (object) =>
  Object.fromEntries(Object.entries(object).map(([name, value]) => [snakeCase(name), value]));

/** Checks that an object has exactly an interface's members, and so have the objects in it. */
function assertMembers(object, name, { required = false } = {}) {
  const members = declarations.members(name);
  assert.deepEqual(Object.keys(object).sort(), memberNames(members, { required }), name);
  for (const [member, value] of Object.entries(object)) {
    const element = members.get(member).type.replace(/\[\].*| \| null$/, "");
    const nested = Array.isArray(value) ? value[0] : value;
    if (declarations.isInterface(element) && nested) assertMembers(nested, element, { required });
  }
}

test("the exports", () => {
  assert.deepEqual(Object.keys(earnkit).sort(), [...declarations.values].sort());
});

const ruleTypes = [...declarations.alias("EarningRuleType").matchAll(/"(\w+)"/g)].map(([, type]) => type);
const ruleInterfaces = [...declarations.alias("EarningRule").matchAll(/\w+/g)].map(([name]) => name);
const nameOf = new Map(ruleInterfaces.slice(0, -1).map((name) => [sampleObject(declarations, name).type, name]));

/** A rule that has the fields of all types at once. */
const everyField = {
  ...Object.assign({}, ...ruleInterfaces.slice(0, -1).map((name) => sampleObject(declarations, name))),
  usages: [{ date: "2018-01-19T09:45:00+0100", subject: { subjectId: "anna" } }],
  futureField: 1,
};

async function readRule(rule) {
  const { earningRules } = await earnkit.listEarningRules(openLoyalty({ earningRules: [rule] }));
  return earningRules[0];
}

test("the union of rules has one member for each type", () => {
  assert.deepEqual([...nameOf.keys()].sort(), [...ruleTypes].sort());
  assert.equal(ruleInterfaces.at(-1), "UnknownRule");
});

for (const type of [...ruleTypes, "tier_bonus"]) {
  const name = nameOf.get(type) ?? "UnknownRule";

  test(`a ${type} rule with everything has every member of ${name} and nothing else`, async () => {
    const rule = await readRule({ ...everyField, type });
    assert.equal(rule.type, type);
    assertMembers(rule, name);
  });

  test(`a ${type} rule with nothing has the members of ${name} that are not optional`, async () => {
    const rule = await readRule({ earningRuleId: "r1", type });
    assertMembers(rule, name, { required: true });
  });
}

test("a limit always says whether it is in force", async () => {
  const { limit } = await readRule({ earningRuleId: "r1", type: "custom_event", limit: { limit: 2 } });
  assert.deepEqual(limit, { active: false, limit: 2 });
});

test("the list of rules", async () => {
  assertMembers(
    await earnkit.listEarningRules(openLoyalty({ earningRules: [], currency: "EUR", total: 0 })),
    "EarningRules",
  );
  assertMembers(await earnkit.listEarningRules(openLoyalty({ earningRules: [] })), "EarningRules", { required: true });
});

test("a customer's status", async () => {
  const full = { ...sampleObject(declarations, "CustomerStatus"), firstName: "Anna" };
  assertMembers(await earnkit.getCustomerStatus(openLoyalty(full)), "CustomerStatus");
  assertMembers(await earnkit.getCustomerStatus(openLoyalty({ points: 1 })), "CustomerStatus", { required: true });
});

test("tokens", async () => {
  const server = openLoyalty({ token: "jwt", refresh_token: "refresh" });
  assertMembers(await earnkit.refreshTokens({ baseUrl, fetch: server.fetch }, "refresh"), "Tokens");
});

test("a user", async () => {
  const full = inSnakeCase(sampleObject(declarations, "User"));
  assertMembers(await earnkit.createUser(koomalooma({ ...full, id: "1" })), "User");
  assertMembers(await earnkit.createUser(koomalooma({ partner_user_id: "1" })), "User", { required: true });
});

test("a commitment", async () => {
  const full = inSnakeCase(sampleObject(declarations, "Commitment"));
  const commitment = sampleInput("NewCommitment");
  assertMembers(await earnkit.assignPoints(koomalooma({ ...full, extra: 1 }), "anna", commitment), "Commitment");
  const bare = await earnkit.assignPoints(koomalooma({ id: "1" }), "anna", commitment);
  assertMembers(bare, "Commitment", { required: true });
});

test("an attempt", async () => {
  const attempts = [];
  const answers = [
    Response.json({}, { status: 503, headers: { "retry-after": "0" } }),
    Response.json({ earningRules: [] }),
  ];
  const onAttempt = (attempt) => attempts.push(attempt);
  await earnkit.listEarningRules({ baseUrl, token, fetch: async () => answers.shift() }, { onAttempt });
  assertMembers(attempts[0], "Attempt");
  const { delayMs, ...rest } = Object.fromEntries(
    memberNames(declarations.members("Attempt")).map((name) => [name, true]),
  );
  assert.deepEqual(Object.keys(attempts[1]).sort(), Object.keys(rest).sort());
});

/** What a caller gives. */
function sampleInput(name) {
  return { ...sampleObject(declarations, name), ...(name === "NewCommitment" && { transactionValue: "24.90" }) };
}

const target = { baseUrl, token, fetch: answering({}) };
const partner = { apiKey: "key", baseUrl, fetch: answering({}) };
const gateway = { gatewayUrl: baseUrl, fetch: answering({}) };
/** Each interface that a caller fills, and a call that is given it. */
const inputs = {
  OpenLoyaltyServer: (value) => earnkit.refreshTokens({ ...target, ...value }, "refresh"),
  OpenLoyalty: (value) => earnkit.listEarningRules({ ...target, ...value }),
  Koomalooma: (value) => earnkit.createUser({ ...partner, ...value }),
  NewUser: (value) => earnkit.createUser(partner, { ...sampleInput("NewUser"), ...value }),
  NewCommitment: (value) => earnkit.assignPoints(partner, "anna", { ...sampleInput("NewCommitment"), ...value }),
  Credentials: (value) => earnkit.login(target, { ...sampleInput("Credentials"), ...value }),
  ReadOptions: (value) => earnkit.listEarningRules(target, value),
  AwardOptions: (value) => earnkit.triggerEvent(target, "facebook_like", value),
  Gateway: (value) => earnkit.listEarningRules({ ...gateway, ...value }),
  GatewayAwardOptions: (value) => earnkit.triggerEvent(gateway, "facebook_like", value),
  GatewayCommitmentOptions: (value) =>
    earnkit.assignPoints(gateway, "anna", sampleInput("NewCommitment"), { idempotencyKey: "order-1042", ...value }),
};

for (const [name, call] of Object.entries(inputs)) {
  for (const member of memberNames(declarations.members(name))) {
    test(`${name}.${member} is checked under this name`, async () => {
      // Headers may be an object, but not this one.
      await assert.rejects(call({ [member]: member === "headers" ? { "X-A": 5 } : {} }), (error) => {
        assert.ok(earnkit.isLoyaltyError(error, "invalid_input"), String(error));
        assert.equal(error.field.split(".")[1], member);
        assert.equal(error.attempts, 0);
        return true;
      });
    });
  }
}

test("an error's members", async () => {
  const failing = answering({ error: { code: 429, message: "slow down" } }, 429);
  const error = await earnkit.triggerEvent({ ...target, fetch: failing }, "facebook_like").catch((thrown) => thrown);
  const declared = new Set(declarations.members("LoyaltyErrorOf").keys());
  for (const member of Object.keys(error)) assert.ok(declared.has(member), `${member} is declared`);
  for (const member of memberNames(declarations.members("LoyaltyErrorOf"), { required: true })) {
    assert.ok(member in error, `${member} exists`);
  }
});
