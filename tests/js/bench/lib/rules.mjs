// Lists of rules as a server sends them, of any length. Runs in Node.js, in pages and in workers.
import recorded from "../../../fixtures/open-loyalty-rules.json" with { type: "json" };

const CUSTOMER = "57524216-c059-405a-b951-3ab5c49bae14";
const examples = Object.values(recorded.examples);

const base64Url = (value) => btoa(JSON.stringify(value)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

/** A customer's token, as far as a client looks into it. */
export const tokenOf = (id) => `${base64Url({ alg: "RS256" })}.${base64Url({ id, exp: 4e9 })}.signature`;
export const TOKEN = tokenOf(CUSTOMER);

/** A uuid that differs with its number. */
const id = (number) => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

/** PHP's pretty print: four blanks, `\/`, and everything that is not ASCII as `\uXXXX`. */
export const asPhp = (value) =>
  JSON.stringify(value, null, 4)
    .replaceAll("/", "\\/")
    .replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);

const SENTENCE = "Zażółć gęślą jaźń: za każde wydane 10 złotych otrzymujesz punkt, a w niedziele dwa. ";
export const POLISH = { name: "Punkty za zakupy w święta", description: SENTENCE.repeat(5) };

/** `count` rules of all ten types, as recorded, with ids and texts of their own. */
export const manyRules = (count, texts = {}) =>
  Array.from({ length: count }, (_, at) => ({ ...examples[at % examples.length], earningRuleId: id(at), ...texts }));

/** `count` rules for events, each with so many usages of other customers and one of the customer's own. */
export function rulesWithUsages(count, usagesEach) {
  const usage = (number, subjectId) => ({
    earningRuleUsageId: { earningRuleUsageId: id(number) },
    date: "2018-07-01T12:00:00+0200",
    subject: { subjectId },
  });
  return Array.from({ length: count }, (_, at) => ({
    ...recorded.examples.custom_event_limit,
    earningRuleId: id(at),
    eventName: `event.${at}`,
    usages: Array.from({ length: usagesEach + 1 }, (_, n) => usage(n, n === usagesEach ? CUSTOMER : id(n))),
  }));
}

export const listOf = (earningRules) => ({ earningRules, currency: "PLN" });
