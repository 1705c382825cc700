// The elements' own properties and events, where there is a DOM.

import type { EarnkitEstimateElement, EarnkitRulesElement } from "earnkit/element";

const rules = document.querySelector("earnkit-rules");
if (rules) {
  rules.gateway = "/loyalty";
  rules.actions = { facebook_like: async (rule) => rule.pointsAmount > 10 };
  rules.token = () => null;
  rules.loyalty = { gatewayUrl: "/loyalty" };
  rules.callOptions = { onAttempt: ({ route }) => console.log(route) };
  rules.addEventListener("earnkit-points", ({ detail }) => {
    const points: number | null = detail.points;
    console.log(points, detail.eventName);
  });
  rules.addEventListener("earnkit-trigger", (event) => event.preventDefault());
  // @ts-expect-error: an action is a function
  rules.actions = { facebook_like: true };
  // @ts-expect-error: only an estimate has a cart
  rules.cart = { items: [] };
}
document.addEventListener("earnkit-error", ({ detail: { error } }) => console.log(error.outcome));

const estimate: EarnkitEstimateElement = document.createElement("earnkit-estimate");
estimate.cart = { items: [{ sku: "mug", grossValue: 24.9 }] };
estimate.addEventListener("earnkit-estimate", ({ detail }) => console.log(detail.estimate?.points));
estimate.addEventListener("earnkit-estimate", ({ detail }) => console.log(detail.approximate ? "about" : ""));
const points: number | undefined = estimate.estimate?.points;
const approximate: boolean = estimate.approximate;
// @ts-expect-error: it is the element's to tell
estimate.estimate = null;

export const listed: EarnkitRulesElement = document.createElement("earnkit-rules");
console.log(points, approximate, listed.refresh());
