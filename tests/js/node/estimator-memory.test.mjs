// An estimator lives as long as its page: what it has heard of old carts does not stay.
import assert from "node:assert/strict";
import { test } from "node:test";

import { memories } from "../support/memories.mjs";

const { createEstimator } = await import("earnkit");

const rules = [
  { earningRuleId: "p", type: "points", pointValue: 1, allTimeActive: true, levels: ["silver"] },
  { earningRuleId: "e", type: "custom_event", eventName: "joined", pointsAmount: 5, allTimeActive: true },
];

/** A label like no other, of 4,000 texts. */
const pairOf = (n) => ({ key: `key ${n % 2_000}`, value: `value ${Math.floor(n / 2_000)}` });

const USES = {
  SKUs: (estimator, texts) => estimator.estimate({ items: texts.map((sku) => ({ sku, grossValue: 1 })) }),
  labels: (estimator, texts) =>
    estimator.estimate({
      items: texts.map((text) => ({ sku: "mug", grossValue: 1, labels: [{ key: text, value: text }] })),
    }),
  "pairs of few texts": (estimator, texts, first) =>
    estimator.estimate({
      items: texts.map((_, n) => ({ sku: "mug", grossValue: 1, labels: [pairOf(first + n)] })),
    }),
  "names of events": (estimator, texts) => {
    for (const text of texts) estimator.event(text);
  },
};

for (const [name, use] of Object.entries(USES)) {
  test(`${name} of long ago are forgotten`, async () => {
    const estimator = await createEstimator(rules);
    const sizes = [];
    for (let round = 0; round < 20; round++) {
      for (let cart = 0; cart < 30; cart++)
        use(
          estimator,
          Array.from({ length: 1_000 }, (_, n) => `${name} ${round} ${cart} ${n}`),
          (round * 30 + cart) * 1_000,
        );
      sizes.push(memories.at(-1).buffer.byteLength);
    }
    estimator.free();
    // It has its size once all that is kept was there at least four times.
    assert.equal(sizes[19], sizes[9], `the wasm's memory: ${sizes}`);
  });
}
