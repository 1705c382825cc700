// What a store's code may and may not write of estimates. Never run, only checked.

import type {
  Assumption,
  Cart,
  EarningRule,
  EarningRules,
  EstimatorOptions,
  EventPoints,
  RemainingUses,
  SkipReason,
} from "earnkit";
import { createEstimator } from "earnkit";
import { exactly, type Same } from "./same.mjs";

declare const rules: EarningRules;
declare const list: readonly EarningRule[];
declare const maybe: string | undefined;
declare const maybeTexts: string[] | undefined;
declare const maybeLabels: { key: string; value: string }[] | undefined;

// What may be missing may be `undefined`, also under `exactOptionalPropertyTypes`.
const options: EstimatorOptions = { levelId: maybe, segmentIds: maybeTexts, timeZone: maybe };
const cart: Cart = {
  items: [
    { sku: "mug", grossValue: 24.9, labels: maybeLabels },
    { sku: "tea", grossValue: 10 },
  ],
  deliverySkus: maybeTexts,
  availableRewards: maybeTexts,
  posId: maybe,
  at: maybe,
};
await createEstimator(rules);
await createEstimator(list, { levelId: null });
const estimator = await createEstimator(rules, options);
const estimate = estimator.estimate({ ...cart, at: new Date() });
exactly<Same<typeof estimate.assumptions, Assumption[]>>();
exactly<Same<(typeof estimate.skipped)[number]["reason"], SkipReason>>();
const event = estimator.event("photo.shared");
exactly<Same<typeof event, EventPoints | null>>();
const remaining = estimator.remaining("r-1", "2018-01-19T09:45:00+01:00");
exactly<Same<typeof remaining, RemainingUses | null>>();
estimator.free();

// @ts-expect-error: a line needs its value
estimator.estimate({ items: [{ sku: "mug" }] });
// @ts-expect-error: a value is a number
estimator.estimate({ items: [{ sku: "mug", grossValue: "24.90" }] });
// @ts-expect-error: level is not an option
await createEstimator(rules, { level: "silver" });
