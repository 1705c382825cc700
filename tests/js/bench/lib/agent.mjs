// Runs in Node.js and in a page: times calls over a `fetch` that has its answers ready, and estimates.
import { createEstimator } from "earnkit";

import { CUSTOMER, shopCarts, shopRules } from "./carts.mjs";
import { medians } from "./interleave.mjs";
import { createPlainEstimator } from "./plain-estimator.mjs";
import { asPhp, listOf, manyRules, POLISH, rulesWithUsages, TOKEN } from "./rules.mjs";

const CATALOGUE_SIZE = 500;
const CARTS = 50;
const HEADERS = { "content-type": "application/json" };
const encoder = new TextEncoder();

/** A peer over a `fetch` that hands out the answers of a batch, made beforehand. */
function stubbed(connect) {
  let answers = [];
  const client = connect({ baseUrl: "https://loyalty.example", token: TOKEN, fetch: async () => answers.pop() });
  return {
    client,
    load(count, body) {
      answers = Array.from({ length: count }, () => new Response(body, { headers: HEADERS }));
    },
  };
}

/** Microseconds for each of so many calls, one after the other. */
async function timeCalls(stub, count, body, call) {
  stub.load(count, body);
  const started = performance.now();
  for (let n = 0; n < count; n++) await call(stub.client);
  return ((performance.now() - started) * 1000) / count;
}

const stubs = (peers) => Object.entries(peers).map(([name, connect]) => [name, stubbed(connect)]);

function overhead(peers, { calls, turns }) {
  const body = encoder.encode('{"points":10}');
  const time = (stub) => timeCalls(stub, calls, body, (client) => client.triggerEvent("facebook_like"));
  const contestants = stubs(peers).map(([name, stub]) => [name, () => time(stub)]);
  return medians(Object.fromEntries(contestants), turns);
}

const bytesOf = (list, print) => encoder.encode(print(listOf(list)));

/** What the lists hold, and how many of them make a sample. */
const LISTS = {
  none: { make: () => bytesOf([], asPhp), calls: 200 },
  10: { make: () => bytesOf(manyRules(10), asPhp), calls: 100 },
  100: { make: () => bytesOf(manyRules(100), asPhp), calls: 10 },
  1000: { make: () => bytesOf(manyRules(1_000), asPhp), calls: 2 },
  usages: { make: () => bytesOf(rulesWithUsages(50, 400), JSON.stringify), calls: 1 },
  polish: { make: () => bytesOf(manyRules(100, POLISH), asPhp), calls: 10 },
  polishUtf8: { make: () => bytesOf(manyRules(100, POLISH), JSON.stringify), calls: 10 },
};

/** For each list: its bytes, and for each peer what the list takes over one without rules, in microseconds. */
async function decoding(peers, { turns, lists }) {
  const results = {};
  const started = stubs(peers);
  for (const name of lists) {
    const { make, calls } = LISTS[name];
    const body = make();
    const empty = LISTS.none.make();
    const contestants = {};
    for (const [peer, stub] of started) {
      const list = (client) => client.listEarningRules();
      contestants[peer] = () => timeCalls(stub, calls, body, list);
      contestants[`${peer}, empty`] = () => timeCalls(stub, calls, empty, list);
    }
    const times = await medians(contestants, turns);
    const net = started.map(([peer]) => [peer, times[peer] - times[`${peer}, empty`]]);
    results[name] = { bytes: body.length, times: Object.fromEntries(net) };
  }
  return results;
}

/** Microseconds for each estimate, and for making an estimator. */
async function estimating(_, { lines, rules, estimates, turns }) {
  const list = shopRules(rules, CATALOGUE_SIZE);
  const carts = shopCarts(CARTS, lines, CATALOGUE_SIZE);
  const ours = await createEstimator(list, CUSTOMER);
  const plain = createPlainEstimator(list, CUSTOMER);
  const answer = (estimator, cart) => {
    const { points, products, rules, rewards, skipped, stoppedByRuleId } = estimator.estimate(cart);
    return JSON.stringify({ points, products, rules, rewards, skipped, stoppedByRuleId });
  };
  for (const cart of carts) {
    const [one, other] = [answer(ours, cart), answer(plain, cart)];
    if (one !== other) throw new Error(`the estimators disagree: ${one} and ${other}`);
  }
  const time = (estimator) => () => {
    const started = performance.now();
    for (let n = 0; n < estimates; n++) estimator.estimate(carts[n % CARTS]);
    return ((performance.now() - started) * 1000) / estimates;
  };
  const making = (make) => async () => {
    const started = performance.now();
    const estimator = await make(list, CUSTOMER);
    const elapsed = performance.now() - started;
    estimator.free?.();
    return elapsed * 1000;
  };
  const contestants = { earnkit: time(ours), plain: time(plain) };
  const makers = { earnkit: making(createEstimator), plain: making(createPlainEstimator) };
  const result = {
    estimate: await medians(contestants, turns),
    make: await medians(makers, turns),
  };
  ours.free();
  return result;
}

const TASKS = { overhead, decoding, estimating };

export const performWith =
  (peers) =>
  ({ task, ...options }) =>
    TASKS[task](peers, options);
