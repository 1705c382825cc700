// A process of its own: what larger and larger lists and carts take, in microseconds of the processor.
//   node growth-node.mjs <JSON: { sizes, turns }>
import { createEstimator, listEarningRules } from "earnkit";

import { CUSTOMER, shopCarts, shopRules } from "./carts.mjs";
import { interleave } from "./interleave.mjs";
import { asPhp, listOf, manyRules, rulesWithUsages, TOKEN } from "./rules.mjs";

const { sizes, turns } = JSON.parse(process.argv[2]);
const CATALOGUE_SIZE = 500;
const ESTIMATES = 50;
const HEADERS = { "content-type": "application/json" };

async function cpuTime(work) {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

/** A call whose answer is ready. */
function decode(rules) {
  const body = new TextEncoder().encode(asPhp(listOf(rules)));
  return () => {
    const response = new Response(body, { headers: HEADERS });
    const server = { baseUrl: "https://loyalty.example", token: TOKEN, fetch: async () => response };
    return cpuTime(() => listEarningRules(server, { maxResponseBytes: body.length }));
  };
}

async function estimate(lines) {
  const estimator = await createEstimator(shopRules(100, CATALOGUE_SIZE), CUSTOMER);
  const [cart] = shopCarts(1, lines, CATALOGUE_SIZE);
  const taken = () =>
    cpuTime(() => {
      for (let n = 0; n < ESTIMATES; n++) estimator.estimate(cart);
    });
  return async () => (await taken()) / ESTIMATES;
}

const SAMPLES = {
  rules: (size) => decode(manyRules(size)),
  usages: (size) => decode(rulesWithUsages(50, size / 50)),
  lines: estimate,
};

const results = {};
for (const [what, sample] of Object.entries(SAMPLES)) {
  const contestants = {};
  for (const size of sizes[what]) contestants[size] = await sample(size);
  const taken = await interleave(contestants, turns);
  results[what] = Object.fromEntries(Object.entries(taken).map(([size, times]) => [size, Math.min(...times)]));
}
console.log(JSON.stringify(results));
