// Every argument of every call, with everything that it should not be: `invalid_input` with the field, nothing sent,
// and the module as good as new.
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import * as earnkit from "earnkit";

import { hostileProxy, NOT_OBJECTS, notStrings, withHostileGetters } from "../support/bad-values.mjs";
import {
  ARGUMENTS,
  AWARDS,
  credentials,
  newCommitment,
  newUser,
  OPERATIONS,
  READS,
  serversBehind,
  successOf,
} from "../support/operations.mjs";

const SERVER_NAMES = {
  listEarningRules: "openLoyalty",
  getCustomerStatus: "openLoyalty",
  triggerEvent: "openLoyalty",
  login: "openLoyaltyServer",
  refreshTokens: "openLoyaltyServer",
  createUser: "koomalooma",
  assignPoints: "koomalooma",
};

let sent = 0;
let operationUnderTest;
const fetch = async () => {
  sent++;
  return successOf(operationUnderTest);
};
const servers = serversBehind(fetch);

/** Calls with the good arguments, but for those that are given. */
function call(operation, { server = servers[operation], args = ARGUMENTS[operation], options = {} }) {
  operationUnderTest = operation;
  return earnkit[operation](server, ...args, options);
}

/** Checks that the call is refused for this field, or for one within it, or for the argument that it is in. */
async function assertInvalid(operation, changes, field, about) {
  sent = 0;
  const error = await call(operation, changes).then(
    () => assert.fail(`${operation} took ${about} as ${field}`),
    (thrown) => thrown,
  );
  const { code, outcome, attempts, status } = error;
  assert.deepEqual(
    [code, outcome, attempts, status],
    ["invalid_input", "not_applied", 0, undefined],
    `${field}: ${about}`,
  );
  assert.ok(earnkit.isLoyaltyError(error, "invalid_input") && error instanceof Error);
  assert.equal(error.operation, operation);
  const [argument] = field.split(".");
  assert.ok(
    [field, argument].includes(error.field) || error.field.startsWith(`${field}.`),
    `${error.field} names ${field}`,
  );
  assert.match(error.message, /invalid input\. [\w.]+ must be ./);
  assert.ok(error.message.length < 400, "it does not repeat what it was given");
  assert.equal(sent, 0, "nothing was sent");
}

afterEach(async () => {
  for (const operation of OPERATIONS) assert.ok(await call(operation, {}), `${operation} works afterwards`);
});

const withServer = (operation, change) => ({ server: { ...servers[operation], ...change } });

for (const operation of OPERATIONS) {
  const name = SERVER_NAMES[operation];

  test(`${operation}(${name}): it is an object`, async () => {
    const missing = { undefined: undefined, null: null, "an empty object": {}, "a frozen object": Object.freeze({}) };
    for (const [about, server] of Object.entries({ ...missing, ...NOT_OBJECTS })) {
      // A default parameter would stand in for undefined.
      sent = 0;
      operationUnderTest = operation;
      const error = await earnkit[operation](server, ...ARGUMENTS[operation]).catch((thrown) => thrown);
      assert.equal(error.code, "invalid_input", about);
      assert.match(error.field, new RegExp(`^${name}(\\.(baseUrl|apiKey))?$`), about);
      assert.equal(sent, 0);
    }
    for (const [about, server] of withHostileGetters(servers[operation])) {
      await assertInvalid(operation, { server }, name, about);
    }
  });

  test(`${operation}() without anything`, async () => {
    await assert.rejects(earnkit[operation](), { code: "invalid_input", field: name, attempts: 0, operation });
  });

  test(`${operation}(${name}.baseUrl)`, async () => {
    const bad = {
      ...notStrings(2048),
      "another scheme": "ftp://loyalty.example",
      "no scheme": "//loyalty.example",
      "a path": "/loyalty",
      script: "javascript:alert(1)",
      data: "data:text/plain,hello",
      "no host": "https://",
      "only slashes": "https:///",
      credentials: "https://user:password@loyalty.example",
      "a user": "https://user@loyalty.example",
      "a query": "https://loyalty.example/?shop=1",
      "a fragment": "https://loyalty.example/#shop",
      "a line break": "https://loyalty.example\n/shop",
      "a blank": "https://loyalty.example/my shop",
      "a backslash": "https:\\\\loyalty.example",
      "a port that is none": "https://loyalty.example:port",
      "a port too high": "https://loyalty.example:65536",
      "a URL with a query": new URL("https://loyalty.example/?shop=1"),
    };
    // koomalooma has an address of its own.
    if (name === "koomalooma") delete bad.undefined;
    for (const [about, baseUrl] of Object.entries(bad)) {
      await assertInvalid(operation, withServer(operation, { baseUrl }), `${name}.baseUrl`, about);
    }
  });

  test(`${operation}(${name}.fetch)`, async () => {
    for (const bad of [5, "fetch", {}, [], true, Symbol("fetch"), 5n]) {
      await assertInvalid(operation, withServer(operation, { fetch: bad }), `${name}.fetch`, typeof bad);
    }
  });

  test(`${operation}(options): it is an object, or left out`, async () => {
    for (const [about, options] of Object.entries({ null: null, ...NOT_OBJECTS })) {
      await assertInvalid(operation, { options }, "options", about);
    }
    const members = {
      timeoutMs: 5_000,
      totalTimeoutMs: 5_000,
      maxResponseBytes: 5_000,
      onAttempt() {},
      signal: AbortSignal.abort(),
    };
    for (const [about, options] of withHostileGetters(members))
      await assertInvalid(operation, { options }, "options", about);
  });

  test(`${operation}(options.timeoutMs, totalTimeoutMs, maxResponseBytes): their ranges`, async () => {
    const bad = [
      0,
      -1,
      0.5,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      2 ** 31,
      "5000",
      null,
      true,
      {},
      [5_000],
      5n,
      Symbol("5"),
      () => 5,
    ];
    for (const option of ["timeoutMs", "totalTimeoutMs", "maxResponseBytes"]) {
      for (const value of bad) {
        await assertInvalid(operation, { options: { [option]: value } }, `options.${option}`, String(value));
      }
      assert.ok(await call(operation, { options: { [option]: 1e6 } }));
      assert.ok(await call(operation, { options: { [option]: undefined } }));
    }
    await assertInvalid(
      operation,
      { options: { maxResponseBytes: 2 ** 30 + 1 } },
      "options.maxResponseBytes",
      "more than 1 GiB",
    );
  });

  test(`${operation}(options.signal, onAttempt)`, async () => {
    const throwing = () => {
      throw new Error("hostile");
    };
    const listening = { aborted: false, addEventListener() {}, removeEventListener() {} };
    const badSignals = [
      5,
      "signal",
      true,
      {},
      [],
      Symbol("signal"),
      new AbortController(),
      new EventTarget(),
      { ...listening, aborted: undefined },
      { ...listening, addEventListener: undefined },
      { ...listening, removeEventListener: undefined },
      { ...listening, addEventListener: throwing },
      Object.defineProperty({ ...listening }, "aborted", { get: throwing, enumerable: true }),
      hostileProxy(),
    ];
    for (const [index, signal] of badSignals.entries()) {
      await assertInvalid(operation, { options: { signal } }, "options.signal", `signal ${index}`);
    }
    for (const onAttempt of [5, "log", {}, [], true, Symbol("log")]) {
      await assertInvalid(operation, { options: { onAttempt } }, "options.onAttempt", typeof onAttempt);
    }
    assert.ok(await call(operation, { options: { signal: undefined, onAttempt: undefined } }));
    assert.ok(await call(operation, { options: { signal: null, onAttempt: null } }));
  });

  test(`${operation}(options.idempotencyKey): no server would keep what it promises`, async () => {
    for (const idempotencyKey of ["order-1042", "", null, 5]) {
      await assertInvalid(operation, { options: { idempotencyKey } }, "options.idempotencyKey", String(idempotencyKey));
    }
  });
}

for (const operation of READS) {
  test(`${operation}(options.retries): 0 to 10`, async () => {
    for (const retries of [
      -1,
      11,
      1.5,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      "1",
      null,
      true,
      {},
      1n,
      Symbol("1"),
      () => 1,
    ]) {
      await assertInvalid(operation, { options: { retries } }, "options.retries", String(retries));
    }
    for (const retries of [0, 10, undefined]) assert.ok(await call(operation, { options: { retries } }));
  });
}

for (const operation of AWARDS) {
  test(`${operation}(options.retries): not for what changes something`, async () => {
    for (const retries of [0, 1, null, "1", () => 1]) {
      await assertInvalid(operation, { options: { retries } }, "options.retries", String(retries));
    }
    assert.ok(await call(operation, { options: { retries: undefined } }));
  });
}

/** What becomes a segment of the path. */
const badSegments = {
  ...notStrings(255),
  "one dot": ".",
  "two dots": "..",
  "a control character": "a\nb",
  NUL: "a\0b",
  DEL: "a\x7fb",
};

for (const operation of OPERATIONS.filter((operation) => SERVER_NAMES[operation] !== "koomalooma")) {
  const name = SERVER_NAMES[operation];
  test(`${operation}(${name}.storeCode, pathStyle)`, async () => {
    const { undefined: _, ...given } = badSegments;
    for (const [about, storeCode] of Object.entries(given)) {
      await assertInvalid(operation, withServer(operation, { storeCode }), `${name}.storeCode`, about);
    }
    for (const pathStyle of [null, 5, "", "Store", "legacy ", {}, ["store"], Symbol("store"), () => "store"]) {
      await assertInvalid(operation, withServer(operation, { pathStyle }), `${name}.pathStyle`, String(pathStyle));
    }
  });
}

for (const operation of ["listEarningRules", "getCustomerStatus", "triggerEvent"]) {
  test(`${operation}(openLoyalty.token)`, async () => {
    const { undefined: _, null: __, "a function": ___, ...given } = notStrings(16_384);
    const bad = { ...given, "two words": "a b", "a header of its own": "a\r\nX-Admin: 1", "not ASCII": "żółw" };
    for (const [about, token] of Object.entries(bad)) {
      await assertInvalid(operation, withServer(operation, { token }), "openLoyalty.token", about);
    }
  });

  test(`${operation} for nobody is unauthorized, and nothing is sent`, async () => {
    for (const token of [undefined, null]) {
      sent = 0;
      await assert.rejects(call(operation, withServer(operation, { token })), {
        code: "unauthorized",
        outcome: "not_applied",
        attempts: 0,
      });
      assert.equal(sent, 0);
    }
  });
}

test("triggerEvent(eventName)", async () => {
  for (const [about, eventName] of Object.entries(badSegments)) {
    await assertInvalid("triggerEvent", { args: [eventName] }, "eventName", about);
  }
});

test("assignPoints(userId)", async () => {
  for (const [about, userId] of Object.entries(badSegments)) {
    await assertInvalid("assignPoints", { args: [userId, newCommitment] }, "userId", about);
  }
});

test("refreshTokens(refreshToken)", async () => {
  for (const [about, refreshToken] of Object.entries(notStrings(16_384))) {
    await assertInvalid("refreshTokens", { args: [refreshToken] }, "refreshToken", about);
  }
});

for (const operation of ["createUser", "assignPoints"]) {
  test(`${operation}(koomalooma.apiKey, dangerouslyAllowBrowser)`, async () => {
    const bad = {
      ...notStrings(16_384),
      "two words": "a b",
      "a header of its own": "a\r\nX-Admin: 1",
      "not ASCII": "żółw",
    };
    for (const [about, apiKey] of Object.entries(bad)) {
      await assertInvalid(operation, withServer(operation, { apiKey }), "koomalooma.apiKey", about);
    }
    for (const dangerouslyAllowBrowser of [1, "true", null, {}, Symbol("true"), () => true]) {
      const change = withServer(operation, { dangerouslyAllowBrowser });
      await assertInvalid(operation, change, "koomalooma.dangerouslyAllowBrowser", String(dangerouslyAllowBrowser));
    }
  });
}

/** The arguments that are objects: all their members are required. */
const OBJECTS = {
  "createUser(user)": {
    operation: "createUser",
    field: "user",
    good: newUser,
    args: (user) => [user],
    optional: true,
  },
  "assignPoints(commitment)": {
    operation: "assignPoints",
    field: "commitment",
    good: newCommitment,
    args: (commitment) => ["customer-1042", commitment],
    longest: { promotionGoalDescription: 1000 },
    bad: {
      transactionValue: [
        "24,90",
        "1e3",
        "-1",
        "+1",
        ".5",
        "5.",
        "1.23456",
        "1234567890123456",
        " 1",
        "1 ",
        "0x10",
        "١",
        "NaN",
        24.9,
        24,
      ],
    },
  },
  "login(credentials)": {
    operation: "login",
    field: "credentials",
    good: credentials,
    args: (given) => [given],
    longest: { password: 4096 },
  },
};

for (const [about, { operation, field, good, args, optional, longest, bad }] of Object.entries(OBJECTS)) {
  test(`${about}: it is an object${optional ? ", or left out" : ""}`, async () => {
    const missing = { null: null, "an empty object": {}, "a frozen object": Object.freeze({}) };
    if (!optional) missing.undefined = undefined;
    for (const [what, value] of Object.entries({ ...missing, ...NOT_OBJECTS })) {
      await assertInvalid(operation, { args: args(value) }, field, what);
    }
    for (const [what, value] of withHostileGetters(good))
      await assertInvalid(operation, { args: args(value) }, field, what);
  });

  test(`${about}: each of its members`, async () => {
    for (const member of Object.keys(good)) {
      const values = { ...notStrings(longest?.[member] ?? 255), ...bad?.[member] };
      for (const [what, value] of Object.entries(values)) {
        await assertInvalid(operation, { args: args({ ...good, [member]: value }) }, `${field}.${member}`, what);
      }
      const { [member]: _, ...without } = good;
      await assertInvalid(operation, { args: args(without) }, `${field}.${member}`, "nothing");
    }
  });
}
