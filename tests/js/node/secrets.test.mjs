// Nothing secret is in an error, whatever a server, a runtime or the caller's own code says about it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { inspect } from "node:util";

import * as earnkit from "earnkit";

import { ARGUMENTS, newCommitment, newUser, OPERATIONS } from "../support/operations.mjs";
import { startServer } from "../support/other-server.mjs";

const MARK = "5ecret";
const payload = Buffer.from(JSON.stringify({ id: "anna", [MARK]: MARK })).toString("base64url");
const token = `${MARK}-header.${payload}.${MARK}-signature`;
const apiKey = `${MARK}-key.${MARK}-payload.${MARK}-signature`;
const password = `${MARK} pass"wörd\\ ${MARK}`;
const refreshToken = MARK.repeat(20);
/** What must not appear, neither whole nor in part. */
const SECRETS = [MARK, payload];

const CALLS = {
  listEarningRules: (server, options) => earnkit.listEarningRules({ token, ...server }, { retries: 0, ...options }),
  getCustomerStatus: (server, options) =>
    earnkit.getCustomerStatus({ token: async () => token, ...server }, { retries: 0, ...options }),
  triggerEvent: (server, options) => earnkit.triggerEvent({ token, ...server }, "photo.shared", options),
  login: (server, options) => earnkit.login(server, { username: "anna@example.com", password }, options),
  refreshTokens: (server, options) => earnkit.refreshTokens(server, refreshToken, options),
  createUser: (server, options) => earnkit.createUser({ apiKey, ...server }, newUser, options),
  assignPoints: (server, options) =>
    earnkit.assignPoints({ apiKey, ...server }, "customer-1042", newCommitment, options),
};

/** Everything that a log, a console or an error tracker could take from an error. */
function* renderings(error) {
  for (let thrown = error; thrown instanceof Error; thrown = thrown.cause) {
    yield String(thrown);
    yield thrown.message;
    yield thrown.stack;
    yield JSON.stringify(thrown);
    yield inspect(thrown, { depth: Number.POSITIVE_INFINITY, showHidden: true, getters: true });
    for (const key of Reflect.ownKeys(thrown)) yield String(thrown[key]);
  }
}

async function assertTellsNothing(call, about, code) {
  const error = await call.then(
    () => assert.fail(`${about}: it succeeded`),
    (thrown) => thrown,
  );
  assert.ok(earnkit.isLoyaltyError(error, code), `${about}: ${error.code}`);
  for (const text of renderings(error)) {
    for (const secret of SECRETS) assert.ok(!text.includes(secret), `${about}: ${secret} is in ${text}`);
  }
  return error;
}

/** How a server may give back what it got. */
const ECHOES = {
  "as a text": (all) => ({ error: all }),
  "as the framework does": (all) => ({ error: { code: 0, message: all } }),
  "as the login does": (all) => ({ code: 0, message: all }),
  "where the text is cut": (all) => ({ error: "x".repeat(190) + all }),
  "without its start": (all) => ({ error: all.slice(12) }),
  "cut short": (all) => ({ error: `${all.slice(0, 30)}...` }),
  "with its body": (all, body) => ({ error: `${all} ${body}` }),
};

let server;
let answer;

before(async () => {
  server = await startServer(({ headers, body }, response) => {
    const sent = headers.authorization ?? headers["x-koomalooma-jwt"] ?? Object.values(JSON.parse(body)).at(-1);
    answer(sent, response, body);
  });
});
after(() => server.stop());

for (const operation of OPERATIONS) {
  const call = (options) => CALLS[operation]({ baseUrl: server.url }, options);

  test(`${operation}: a server that repeats what it was sent`, async () => {
    const attempts = [];
    const onAttempt = (attempt) => attempts.push(attempt);
    for (const status of [302, 400, 401, 403, 404, 408, 409, 422, 429, 500, 503]) {
      for (const [how, echo] of Object.entries(ECHOES)) {
        answer = (sent, response, body) => {
          const headers = { "Content-Type": "application/json", "Retry-After": MARK, Location: `/${MARK}` };
          response.writeHead(status, MARK, headers).end(JSON.stringify(echo(sent, body)));
        };
        const error = await assertTellsNothing(call({ onAttempt }), `${status} ${how}`);
        assert.equal(error.status, status);
      }
    }
    assert.ok(!JSON.stringify(attempts).includes(MARK));
  });

  test(`${operation}: a success that makes no sense`, async () => {
    for (const [how, echo] of Object.entries(ECHOES)) {
      for (const type of ["application/json", "text/html"]) {
        answer = (sent, response, body) => {
          response.writeHead(200, { "Content-Type": type }).end(JSON.stringify(echo(sent, body)));
        };
        await assertTellsNothing(call(), how, "invalid_response");
      }
    }
  });

  test(`${operation}: a fetch that fails and says why`, async () => {
    const why = `Headers.append: "Bearer ${token}" ${apiKey} ${password} ${refreshToken}`;
    const thrown = [
      new TypeError(why),
      new TypeError("fetch failed", { cause: Object.assign(new Error(why), { code: "ECONNRESET" }) }),
      Object.assign(new Error(why), { name: why, code: why }),
      Object.assign(new AggregateError([new Error(why)], why), { stack: why }),
      why,
      { message: why, name: 5, code: {}, toString: () => why },
      new Proxy(new Error(why), {
        get() {
          throw new Error(why);
        },
      }),
    ];
    for (const [index, reason] of thrown.entries()) {
      const fetches = [
        async () => Promise.reject(reason),
        () => {
          throw reason;
        },
      ];
      for (const fetch of fetches)
        await assertTellsNothing(CALLS[operation]({ baseUrl: "https://l.example", fetch }), `${index}`, "network");
    }
  });

  test(`${operation}: a connection that fails`, async () => {
    answer = (_, response) => response.destroy();
    const { cause } = await assertTellsNothing(call(), "the server hangs up", "network");
    assert.equal(cause.name, "TypeError");
    await assertTellsNothing(CALLS[operation]({ baseUrl: "http://127.0.0.1:1" }), "nobody listens", "network");
    answer = () => {};
    await assertTellsNothing(call({ timeoutMs: 50 }), "the server does not answer", "timeout");
  });
}

test("an argument that is refused is not repeated", async () => {
  const baseUrl = server.url;
  const bad = {
    "line break": `${MARK}\n`,
    "too long": MARK.repeat(3_000),
    "not ASCII": `${MARK}ż`,
    "an object": { [MARK]: MARK },
    "a list": [MARK],
  };
  const hostile = {
    toJSON() {
      throw new Error(MARK);
    },
  };
  for (const [about, value] of Object.entries({ ...bad, hostile })) {
    const { listEarningRules, triggerEvent, createUser, login, refreshTokens } = earnkit;
    const calls = {
      token: listEarningRules({ baseUrl, token: value }),
      apiKey: createUser({ baseUrl, apiKey: value }),
      baseUrl: triggerEvent(
        { baseUrl: typeof value === "string" ? `https://${value}@l.example` : value, token },
        "photo.shared",
      ),
    };
    // A password and a refresh token may hold any character.
    if (typeof value !== "string" || about === "too long") {
      calls.password = login({ baseUrl }, { username: "anna@example.com", password: value });
      calls.refreshToken = refreshTokens({ baseUrl }, value);
    }
    for (const [field, call] of Object.entries(calls))
      await assertTellsNothing(call, `${field}, ${about}`, "invalid_input");
  }
});

test("a token function that fails or gives nonsense is not quoted", async () => {
  const functions = [
    () => Promise.reject(new Error(MARK)),
    () => {
      throw MARK;
    },
    () => ({ [MARK]: MARK }),
    () => `${MARK} ${MARK}`,
    () => `${MARK}\r\nX-Admin: 1`,
  ];
  for (const given of functions) {
    await assertTellsNothing(
      earnkit.listEarningRules({ baseUrl: server.url, token: given }),
      String(given),
      "token_failed",
    );
  }
});

test("of two tokens neither is told", async () => {
  const second = `${MARK}-second.${payload}.${MARK}-other`;
  answer = (sent, response) => {
    const message = `${token} ${second} ${sent}`;
    response.writeHead(401, { "Content-Type": "application/json" }).end(JSON.stringify({ message }));
  };
  const given = async (reason) => (reason === "initial" ? token : second);
  const openLoyalty = { baseUrl: server.url, token: given };
  const call = earnkit.triggerEvent(openLoyalty, ...ARGUMENTS.triggerEvent);
  const { attempts } = await assertTellsNothing(call, "the second 401", "unauthorized");
  assert.equal(attempts, 2);
});
