// An estimator lives as long as its page: what it has heard of old carts does not stay.
import assert from "node:assert/strict";
import { test } from "node:test";

// To reach the memory of the instance that the package makes.
const memories = [];
WebAssembly.Instance = class extends WebAssembly.Instance {
  constructor(...args) {
    super(...args);
    memories.push(this.exports.memory);
  }
};
const { createEstimator } = await import("earnkit");

const rules = [
  { earningRuleId: "p", type: "points", pointValue: 1, allTimeActive: true, levels: ["silver"] },
  { earningRuleId: "e", type: "custom_event", eventName: "joined", pointsAmount: 5, allTimeActive: true },
];

const USES = {
  SKUs: (estimator, text) => estimator.estimate({ items: [{ sku: text, grossValue: 1 }] }),
  labels: (estimator, text) =>
    estimator.estimate({ items: [{ sku: "mug", grossValue: 1, labels: [{ key: text, value: text }] }] }),
  "names of events": (estimator, text) => estimator.event(text),
};

for (const [name, use] of Object.entries(USES)) {
  test(`${name} of long ago are forgotten`, async () => {
    const estimator = await createEstimator(rules);
    const sizes = [];
    for (let round = 0; round < 10; round++) {
      for (let n = 0; n < 30_000; n++) use(estimator, `${name} ${round} ${n}`);
      sizes.push(memories.at(-1).buffer.byteLength);
    }
    estimator.free();
    assert.equal(sizes[9], sizes[4], `the wasm's memory: ${sizes}`);
  });
}
