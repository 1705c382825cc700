// The rules as HTML, for a server to put between the tags of <earnkit-rules>; and single texts, for a page of the
// store's own.
import { explainProblem as explain } from "./problem.js";
import { explain as explainRule, headline, titleOf } from "./rule-text.js";
import { createWords } from "./words.js";

const escaped = (text) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** A rule in plain words: `{ figure, title, text }`. */
export function describeRule(rule, { currency, ...options } = {}) {
  const words = createWords(options);
  return describe(rule, currency, words);
}

const describe = (rule, currency, words) => ({
  figure: headline(rule, currency, words),
  title: titleOf(rule, words),
  text: explainRule(rule, currency, words),
});

/** What to tell a customer of a `LoyaltyError`: one sentence. */
export const describeError = (error, options) => explain(error, createWords(options));

/** A `<ul>` with the rules, every text escaped. */
export function renderRules({ earningRules, currency }, options) {
  const words = createWords(options);
  const items = earningRules.map((rule) => {
    const { figure, title, text } = describe(rule, currency, words);
    return `<li><strong>${escaped(figure)}</strong> <b dir="auto">${escaped(title)}</b> <span dir="auto">${escaped(text)}</span></li>`;
  });
  return `<ul>${items.join("")}</ul>`;
}
