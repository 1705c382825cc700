// The elements' functions, in environments with and without a DOM.

import type { EarningRules } from "earnkit";
import type { ElementMessages, WordsOptions } from "earnkit/element";
import { describeError, describeRule, renderRules } from "earnkit/element";

declare const rules: EarningRules;
const messages: ElementMessages = { claim: "Grab {points}", earned: ({ points }) => `${points}!` };
const options: WordsOptions = { lang: "pl", messages, pointsName: "Perle|Perlen", productName: (sku) => sku };

const html: string = renderRules(rules, options);
for (const rule of rules.earningRules) {
  const { figure, title, text } = describeRule(rule, { ...options, currency: "EUR" });
  html.concat(figure, title, text);
}
describeError({ code: "timeout" });

// @ts-expect-error: there is no such text
const wrong: ElementMessages = { clame: "Grab" };
// @ts-expect-error: not a list
renderRules(rules.earningRules, { messages: wrong });
