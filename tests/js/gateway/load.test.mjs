// What the gateway adds to a request, beside a worker that only passes it on; that each award is booked once under load;
// and that requests leave nothing behind.
import assert from "node:assert/strict";
import { Agent, request as httpRequest } from "node:http";
import { after, before, test } from "node:test";

import { KOOMALOOMA_KEY, ORIGIN, PARTNER_ID, SERVER_CREDENTIAL } from "../support/gateway.mjs";
import { startSandbox } from "../support/sandbox.mjs";
import { scaled } from "../support/scale.mjs";
import { createScratch } from "../support/scratch.mjs";
import { prepareWorkerd } from "../support/workerd-process.mjs";

const REQUESTS = scaled(100_000);
const WARM_UP = scaled(10_000);
const AT_ONCE = 20;
const SLICES = 40;
/** Five hundred bytes for each request would be more. */
const MAX_GROWTH_BYTES = 32 * 2 ** 20;
const ROUNDS = 10;
const PER_ROUND = scaled(200);
/** Enough for the customers' ledgers not to be full. */
const CUSTOMERS = 500;

let scratch;
let sandbox;
let running;
let customerId;
const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
before(async () => {
  scratch = await createScratch("load");
  sandbox = await startSandbox();
  const token = await sandbox.signIn("anna@example.com");
  customerId = JSON.parse(Buffer.from(token.split(".")[1], "base64url")).id;
  await sandbox.control("POST", "rules", { eventName: "load.repeated", pointsAmount: 1 });
  const workers = ["load-worker.mjs", "soak-worker.mjs", "shop.mjs"].map((name) => new URL(name, import.meta.url));
  const workerd = await prepareWorkerd(scratch.path, workers, {
    OPEN_LOYALTY_URL: sandbox.url,
    KOOMALOOMA_URL: `${sandbox.url}/koomalooma/api`,
    KOOMALOOMA_JWT: KOOMALOOMA_KEY,
    PARTNER_ID,
    AWARDS_KEY: SERVER_CREDENTIAL,
    TOKENS: [token],
    EVENTS: ["load.repeated"],
  });
  running = await workerd.start();
});
after(async () => {
  agent.destroy();
  await running?.kill();
  await sandbox?.stop();
  await scratch?.remove();
});

/** Sends a request and gives the answer's status. */
function send({ path, method = "GET", headers = {}, body }) {
  return new Promise((resolve, reject) => {
    const url = new URL(path, running.url);
    const request = httpRequest(url, { agent, method, headers }, (response) => {
      response.resume().on("end", () => resolve(response.statusCode));
      response.on("error", reject);
    });
    // A connection that was idle may be closed by the time it is used: nothing was answered, so it is sent again.
    request.on("error", (error) =>
      request.reusedSocket ? resolve(send({ path, method, headers, body })) : reject(error),
    );
    request.end(body);
  });
}

const ofCustomer = (number) => ({ cookie: `session=load.${number % CUSTOMERS}`, origin: ORIGIN });
const award = (path, number, key) => ({
  path: `/loyalty/${path}`,
  method: "POST",
  body: "{}",
  headers: { ...ofCustomer(number), "content-type": "application/json", "idempotency-key": key },
});
/** Of one customer: what it is booked as once is repeated for ever. */
const repeated = () => award("events/load.repeated", 0, "the-same");
/** Users are all that can be made by the thousand without lists that grow. */
const user = (number, key) => award("users", number, key);
const read = (path) => (number) => ({ path: `/loyalty/${path}`, headers: ofCustomer(number) });
const bareRead = (path) => () => ({ path: `/bare/api/DEFAULT/customer/${path}` });
const bareUser = (number) => ({
  path: "/bare/users",
  method: "POST",
  body: JSON.stringify({
    partner_id: PARTNER_ID,
    partner_user_id: `bare.${number}`,
    user_session_id: `bare.${number}`,
  }),
});

/** The users that koomalooma has enrolled, by whose they are: through the gateway, or past it. */
async function enrolled(prefix) {
  const users = (await sandbox.ledger()).filter(({ kind, userId }) => kind === "user" && userId.startsWith(prefix));
  return users.length;
}

/** Sends `count` requests and gives how long each took, in milliseconds, and all of them together. */
async function measure(count, requestOf, expected) {
  const times = [];
  let next = 0;
  const startedMs = performance.now();
  const worker = async () => {
    while (next < count) {
      const sentMs = performance.now();
      assert.equal(await send(requestOf(next++)), expected);
      times.push(performance.now() - sentMs);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return { times, ms: performance.now() - startedMs };
}

const median = (numbers) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

test("beside a worker that only passes requests on", async () => {
  /** Pairs: what passes them on first. */
  const contenders = {
    "GET status, passed on": [bareRead(`${customerId}/status`), 200],
    "GET status": [read("status"), 200],
    "GET earning-rules, passed on": [bareRead("earningRule"), 200],
    "GET earning-rules": [read("earning-rules"), 200],
    "POST users, passed on": [bareUser, 201],
    "POST users, booked": [(number) => user(number, `beside-${number}`), 201],
    "POST users, repeated": [(number) => user(number % PER_ROUND, `beside-${number % PER_ROUND}`), 201],
  };
  const measured = Object.fromEntries(Object.keys(contenders).map((name) => [name, { times: [], ms: 0 }]));
  // In turns, so that a busy machine is busy for all of them. The first round is for warming up.
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, [requestOf, expected]] of Object.entries(contenders)) {
      const { times, ms } = await measure(PER_ROUND, (number) => requestOf(round * PER_ROUND + number), expected);
      if (round === 0) continue;
      measured[name].times.push(...times);
      measured[name].ms += ms;
    }
  }
  let bare;
  for (const [name, { times, ms }] of Object.entries(measured)) {
    assert.equal(times.length, ROUNDS * PER_ROUND);
    if (name.endsWith("passed on")) bare = median(times);
    const perSecond = Math.round((times.length / ms) * 1_000);
    const added = (median(times) - bare).toFixed(1);
    console.log(
      `${name}: ${perSecond} requests/s, median ${median(times).toFixed(1)} ms (${added} ms more), ${AT_ONCE} at once`,
    );
  }
  // Each key once, and the repeated ones never again.
  assert.equal(await enrolled("bare."), (ROUNDS + 1) * PER_ROUND);
  assert.equal(await enrolled("load."), (ROUNDS + 1) * PER_ROUND);
});

const isRefused = (number) => [award("events/forbidden", number, "the-same"), [403]];
const isBad = (number) => [user(number, "a b"), [400]];
const isGuest = () => [{ path: "/loyalty/status" }, [401]];
const isHealth = () => [{ path: "/loyalty/_health" }, [200]];
const isRepeated = () => [repeated(), [200]];
/** An award is the most work: one in five of these is new. */
const BOOKED_IN = 5;
const isUser = (number) => {
  const first = number - (number % BOOKED_IN);
  return [user(first, `load-${first}`), [201, 409]];
};
/** Every kind of request, the cheap ones often, and what each may be answered with. */
const KINDS = [
  isUser,
  // On a busy machine the loyalty server may be late.
  (number) => [read("status")(number), [200, 504]],
  (number) => [read("earning-rules")(number), [200, 504]],
  (number) => [read(`awards/load-${number}-never`)(number), [404]],
  ...[isRefused, isBad, isGuest, isHealth, isRepeated, isRefused, isBad, isGuest, isHealth],
  ...[isRefused, isBad, isGuest, isHealth, isRefused, isBad, isGuest],
];

test(`${REQUESTS} requests leave nothing behind`, async () => {
  let next = 0;
  const enrolledBefore = await enrolled("load.");
  const run = async (count) => {
    const end = next + count;
    const worker = async () => {
      while (next < end) {
        const number = next++;
        const [request, expected] = KINDS[number % KINDS.length](Math.floor(number / KINDS.length));
        const status = await send(request);
        assert.ok(expected.includes(status), `${request.method ?? "GET"} ${request.path}: ${status}`);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  };
  await run(WARM_UP);
  const weights = [];
  for (let slice = 0; slice < SLICES; slice++) {
    await run(Math.ceil(REQUESTS / SLICES));
    weights.push(await running.weigh());
  }
  // What is in use just after the garbage was collected, which happens when workerd wants it to.
  const before = Math.min(...weights.slice(0, SLICES / 4));
  const after = Math.min(...weights.slice(-SLICES / 4));
  console.log(`${before} bytes of heap at first, and ${after} at last, of at most ${Math.max(...weights)}`);
  assert.ok(after - before < MAX_GROWTH_BYTES, `it grew by ${after - before} bytes`);
  // Each key once, however often it was sent.
  assert.equal((await enrolled("load.")) - enrolledBefore, Math.ceil(next / KINDS.length / BOOKED_IN));
  assert.equal((await sandbox.ledger()).filter(({ eventName }) => eventName === "load.repeated").length, 1);
});
