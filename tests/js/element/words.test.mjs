// What the elements say, without a browser: the modules that put it in words are plain ones.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import de from "../../../pkg-template/element/languages/de.js";
import en from "../../../pkg-template/element/languages/en.js";
import pl from "../../../pkg-template/element/languages/pl.js";
import { explainProblem } from "../../../pkg-template/element/problem.js";
import {
  audienceText,
  isForOthers,
  knownLevels,
  windowOf,
  windowText,
  winnerOf,
} from "../../../pkg-template/element/rule-audience.js";
import { leftText, limitOf, limitText, opensAgainText } from "../../../pkg-template/element/rule-limit.js";
import { explain, headline } from "../../../pkg-template/element/rule-text.js";
import { createWords } from "../../../pkg-template/element/words.js";

const names = { "mug-enamel": "Enamel mug" };
const words = createWords({ lang: "en-GB", timeZone: "Europe/Warsaw", productName: (sku) => names[sku] });
const LANGUAGES = { en, pl, de };

const at = (text) => Date.parse(text);
const limited = (period, limit) => ({ limit: { active: true, period, limit } });

test("the languages have the same texts, and each text names the same values", () => {
  const values = (text) => [...new Set(text.match(/\{\w+\}/g))].sort();
  for (const [name, texts] of Object.entries(LANGUAGES)) {
    assert.deepEqual(Object.keys(texts).sort(), Object.keys(en).sort(), name);
    for (const [key, text] of Object.entries(texts)) {
      // They are shipped as lines.
      assert.doesNotMatch(text, /\n/);
      const missing = values(en[key]).filter((value) => !values(text).includes(value));
      const added = values(text).filter((value) => !values(en[key]).includes(value));
      // Some languages do without, or say more in one place.
      const known = { againOn: [], double: ["{units}"], times: ["{unit}"] }[key] ?? [];
      assert.deepEqual([missing, added.filter((value) => !known.includes(value))], [[], []], `${name}: ${key}`);
    }
  }
});

test("the typings list every text, with its English one", async () => {
  const typings = await readFile(new URL("../../../pkg-template/types/messages.d.ts", import.meta.url), "utf8");
  const listed = [...typings.split("MessageKey =")[1].matchAll(/\/\*\* (.*) \*\/\s+\| "(\w+)"/g)];
  assert.deepEqual(Object.fromEntries(listed.map(([, text, key]) => [key, text])), en);
});

test("a limit says what was used, what is left and when it starts again, on the server's days", () => {
  const told = (period, used, left, resetsAt) => {
    const limit = limitOf(limited(period, used + left), { used, limit: used + left, left, resetsAt });
    return left === 0 ? opensAgainText(limit, words) : `${limitText(limit, words)}: ${leftText(limit, words)}`;
  };
  assert.deepEqual(
    [
      told("day", 1, 1, "2026-03-11T23:00:00.000Z"),
      told("week", 0, 3, "2026-03-15T23:00:00.000Z"),
      told("month", 1, 2, "2026-03-31T22:00:00.000Z"),
      told("3 months", 1, 2, "2026-03-31T22:00:00.000Z"),
      told("6 months", 1, 2, "2026-06-30T22:00:00.000Z"),
      told("1 year", 1, 2, "2026-12-31T23:00:00.000Z"),
      told("forever", 1, 2, null),
    ],
    [
      "1 of 2 today: 1 left until tomorrow",
      "0 of 3 this week: 3 left until Monday",
      "1 of 3 this month: 2 left until 1 April",
      "1 of 3 this quarter: 2 left until 1 April",
      "1 of 3 this half-year: 2 left until 1 July",
      "1 of 3 this year: 2 left until 1 January 2027",
      "1 of 3 in total: 2 left",
    ],
  );
  assert.deepEqual(
    [
      told("day", 2, 0, "2026-03-11T23:00:00.000Z"),
      told("week", 1, 0, "2026-03-15T23:00:00.000Z"),
      told("month", 1, 0, "2026-12-31T23:00:00.000Z"),
      told("forever", 1, 0, null),
    ],
    ["Again tomorrow.", "Again on Monday.", "Again on 1 January.", "You've used this up."],
  );
});

test("without the customer's own uses a limit is told as a rule", () => {
  const limit = (period, count) => limitOf(limited(period, count), null);
  const told = (period, count) => limitText(limit(period, count), words);
  assert.deepEqual(
    [told("day", 2), told("week", 1), told("month", 3), told("3 months", 1), told("forever", 1), told("forever", 4)],
    ["Twice a day", "Once a week", "3 times a month", "Once every 3 months", "Once only", "4 times in total"],
  );
  assert.equal(leftText(limit("day", 2), words), "");
  for (const limit of [
    null,
    { active: false },
    { active: true, period: "fortnight", limit: 1 },
    { active: true, period: "toString", limit: 1 },
    { active: true, period: "day" },
  ]) {
    assert.equal(limitOf({ limit }, null), null);
  }
  assert.equal(limitOf({}, null), null);
});

test("windows are told from now", () => {
  const now = at("2026-03-11T12:00:00Z");
  const told = (startAt, endAt) => {
    const window = windowOf({ allTimeActive: false, startAt, endAt }, now);
    return [windowText(window, now, words), window.open];
  };
  assert.deepEqual(told("2026-01-01T00:00:00Z", "2026-03-14T13:00:00Z"), ["ends in 3 days", true]);
  assert.deepEqual(told("2026-01-01T00:00:00Z", "2026-03-11T14:00:00Z"), ["ends in 2 hours", true]);
  assert.deepEqual(told("2026-03-12T13:00:00Z", "2026-04-14T13:00:00Z"), ["starts tomorrow", false]);
  assert.deepEqual(told("2026-01-01T00:00:00Z", "2026-03-10T11:00:00Z"), ["ended yesterday", false]);
  assert.deepEqual(told(undefined, undefined), ["", true]);
  assert.deepEqual(told("2026-01-01T00:00:00Z", "2099-01-01T00:00:00Z"), ["", true]);
  assert.equal(windowOf({ allTimeActive: true, endAt: "2026-03-01T00:00:00Z" }, now).open, true);
  assert.equal(words.relative(0, 20 * 86_400_000), "in 3 weeks");
  assert.equal(words.relative(0, -45 * 86_400_000), "last month");
});

test("a rule for others is known by its levels; in doubt the server decides", () => {
  const rule = (levels, levelNames, segments = []) => ({
    type: "custom_event",
    eventName: "review",
    allTimeActive: true,
    pointsAmount: 30,
    levels,
    levelNames,
    segments,
    segmentNames: Object.fromEntries(segments.map((id) => [id, "Tea club"])),
    pos: [],
    posNames: {},
  });
  const gold = { ...rule(["g"], { g: "Gold" }), pointsAmount: 60 };
  const everybody = rule(["s", "g"], { s: "Silver", g: "Gold" });
  const all = knownLevels([gold, everybody]);
  assert.equal(audienceText(gold, all, words), "Gold members");
  assert.equal(audienceText(everybody, all, words), "");
  assert.equal(audienceText(rule(["g"], { g: "Gold" }, ["t"]), all, words), "Gold members or Tea club");
  assert.equal(audienceText(rule(["x"], {}), all, words), "Members of an earlier level");
  assert.equal(isForOthers(gold, "Silver"), true);
  assert.equal(isForOthers(gold, "Gold"), false);
  assert.equal(isForOthers(gold, undefined), false);
  assert.equal(isForOthers(rule(["g"], { g: "Gold" }, ["t"]), "Silver"), false);
  assert.equal(isForOthers(rule(["x"], {}), "Silver"), true);
  assert.equal(winnerOf(everybody, [everybody, gold], "Gold", 0), gold);
  assert.equal(winnerOf(everybody, [everybody, gold], "Silver", 0), everybody);
  const twin = rule([], {});
  assert.equal(winnerOf(twin, [everybody, twin], "Silver", 0), everybody, "the first of two that give the same");
  assert.equal(winnerOf(gold, [gold], "Silver", 0), gold);
});

test("points, money, distances and places", () => {
  const { amount, money, distance, coordinates } = words;
  assert.deepEqual(
    [amount(37), amount(37.35), amount(1234.5), amount(9.9, "always"), amount(27, "always"), amount(-0.5, "always")],
    ["37", "37.35", "1,234.50", "+9.90", "+27", "-0.50"],
  );
  assert.deepEqual(
    [money(1, "eur"), money(19.99, "PLN"), money(5, "beans"), money(5, undefined)],
    ["€1", "PLN\u00a019.99", "5 beans", "5"],
  );
  assert.deepEqual([distance(0.25), distance(1.5)], ["250 m", "1.5 km"]);
  assert.equal(coordinates(-33.86785, 151.20732), "33.8679° S, 151.2073° E");
});

test("a rate is not rounded away", () => {
  assert.deepEqual([0.005, 0.0125, 1.255, 2.3, 37.349999999, 1234567.891].map(words.number), [
    "0.005",
    "0.0125",
    "1.255",
    "2.3",
    "37.35",
    "1,234,567.89",
  ]);
  assert.equal(
    explain({ ...purchase, type: "points", pointValue: 0.005 }, "EUR", words),
    "0.005 points for every €1 you spend.",
  );
});

test("a long list is cut, and tells how much", () => {
  const skuIds = Array.from({ length: 2_000 }, (_, index) => `SKU-${index}`);
  const told = (lang, rule) =>
    explain({ type: "product_purchase", pointsAmount: 5, ...rule }, "EUR", createWords({ lang }));
  const listed = "SKU-0, SKU-1, SKU-2, SKU-3, SKU-4, SKU-5, SKU-6, SKU-7, SKU-8, SKU-9";
  assert.equal(told("en-GB", { skuIds }), `5 points when you buy ${listed} or 1,990 more.`);
  assert.equal(told("pl", { skuIds }), `5 punktów za zakup: ${listed} lub jeszcze 1990.`);
  assert.match(told("de", { skuIds }), /SKU-9 oder 1\.990 weitere/);
  const both = { type: "multiply_for_product", multiplier: 2, skuIds, labels: skuIds.map((key) => ({ key })) };
  assert.match(told("en-GB", both), /^Double points on SKU-0, .* and 1,991 more\.$/);
  assert.doesNotMatch(told("en-GB", { skuIds: skuIds.slice(0, 11) }), /more/);
});

test("a time zone that is none, a text that is missing and functions that fail leave the words as they are", () => {
  const reported = [];
  const fail = () => {
    throw new Error("the store's own");
  };
  const messages = { claim: undefined, retry: null, stale: 5, check: fail };
  const own = createWords({ lang: "en-GB", timeZone: "Mars/Olympus", messages, productName: fail });
  assert.equal(own.text("claim", { points: "5 points" }), "Claim 5 points");
  assert.equal(own.text("retry"), "Retry");
  assert.equal(own.text("stale"), "This list may be out of date.");
  for (const sample of own.samples) sample();
  globalThis.reportError = (error) => reported.push(error.message);
  assert.equal(own.text("check"), "Check again");
  assert.equal(own.product("SKU-1"), "SKU-1");
  delete globalThis.reportError;
  assert.deepEqual(reported, ["the store's own", "the store's own"]);
});

const purchase = { excludedSKUs: [""], excludedLabels: [], includedLabels: [], minOrderValue: 0 };
/** One rule of each type, and one of the future. */
const RULES = [
  {
    ...purchase,
    type: "points",
    pointValue: 2.3,
    minOrderValue: 19.99,
    labelsInclusionType: "include_labels",
    includedLabels: [{ key: "size", value: "xl" }],
    excludedSKUs: ["mug-enamel", "123"],
    excludeDeliveryCost: true,
  },
  { type: "product_purchase", skuIds: ["mug-enamel"], pointsAmount: 5 },
  { type: "multiply_for_product", skuIds: ["SKU-1"], labels: [{ key: "color" }], multiplier: 2 },
  { type: "multiply_by_product_labels", labelMultipliers: [{ key: "color", value: "red", multiplier: 0.5 }] },
  { type: "instant_reward" },
  { type: "event", eventName: "oloy.new", pointsAmount: 1 },
  { type: "custom_event", eventName: "like", pointsAmount: 22 },
  { type: "referral", eventName: "register", rewardType: "referrer", pointsAmount: 15 },
  { type: "geolocation", latitude: 50.01234, longitude: 20.5, radius: 1.5, pointsAmount: 2 },
  { type: "qrcode", code: "SECRET", pointsAmount: 7.25 },
  { type: "streak" },
];

for (const [lang, told] of Object.entries({
  "en-GB": [
    [
      "2.3 per €1",
      "2.3 points for every €1 you spend on products with size: xl. On orders from €19.99. Not on Enamel mug or 123. Delivery doesn't count.",
    ],
    ["+5", "5 points when you buy Enamel mug."],
    ["×2", "Double points on SKU-1 and products with color."],
    ["×0.5", "0.5 times the points on color: red."],
    ["Gift", "A gift comes with your order."],
    ["+1", "1 point for “oloy.new”."],
    ["+22", "22 points each time."],
    ["+15", "When a friend you invited opens an account, you get 15 points."],
    ["+2", "2 points when you come within 1.5 km of 50.0123° N, 20.5° E."],
    ["+7.25", "7.25 points for scanning the code."],
    ["New", "A new way to earn, “streak”: ask us how it works."],
  ],
  pl: [
    [
      "2,3 za 1 €",
      "2,3 punktu za każde 1 € wydane na produkty z cechą size: xl. Przy zamówieniach od 19,99 €. Nie obejmuje: Enamel mug lub 123. Koszt dostawy się nie liczy.",
    ],
    ["+5", "5 punktów za zakup: Enamel mug."],
    ["×2", "Podwójne punkty za: SKU-1 i produkty z cechą color."],
    ["×0,5", "0,5 razy tyle punktów za: color: red."],
    ["Prezent", "Do zamówienia dołączamy prezent."],
    ["+1", "1 punkt za „oloy.new”."],
    ["+22", "22 punkty za każdym razem."],
    ["+15", "Gdy zaproszona przez Ciebie osoba założy konto, otrzymujesz 15 punktów."],
    ["+2", "2 punkty, gdy pojawisz się w promieniu 1,5 km od 50,0123° N, 20,5° E."],
    ["+7,25", "7,25 punktu za zeskanowanie kodu."],
    ["Nowość", "Nowy sposób na punkty, „streak”: zapytaj nas, jak działa."],
  ],
  de: [
    [
      "2,3 je 1 €",
      "2,3 Punkte für je 1 € Einkaufswert auf Produkte mit size: xl. Bei Bestellungen ab 19,99 €. Nicht auf Enamel mug oder 123. Der Versand zählt nicht.",
    ],
    ["+5", "5 Punkte beim Kauf: Enamel mug."],
    ["×2", "Doppelte Punkte auf SKU-1 und Produkte mit color."],
    ["×0,5", "0,5-mal so viele Punkte auf color: red."],
    ["Geschenk", "Zu Ihrer Bestellung gibt es ein Geschenk."],
    ["+1", "1 Punkt für „oloy.new“."],
    ["+22", "Jedes Mal 22 Punkte."],
    ["+15", "Wenn jemand auf Ihre Einladung ein Kundenkonto eröffnet, erhalten Sie 15 Punkte."],
    ["+2", "2 Punkte, wenn Sie 50,0123° N, 20,5° O auf 1,5 km nahe kommen."],
    ["+7,25", "7,25 Punkte für das Scannen des Codes."],
    ["Neu", "Ein neuer Weg zu Punkten, „streak“: Fragen Sie uns, wie er funktioniert."],
  ],
})) {
  test(`each type has its sentence: ${lang}`, () => {
    const words = createWords({ lang, productName: (sku) => names[sku] });
    const plain = (text) => text.replaceAll("\u00a0", " ");
    const said = RULES.map((rule) => [headline(rule, "EUR", words), explain(rule, "EUR", words)].map(plain));
    assert.deepEqual(said, told);
  });
}

test("points may have another name, texts may be replaced, and any language can be brought along", () => {
  const beans = createWords({ lang: "pl", pointsName: "ziarno|ziarna|ziaren|ziarna" });
  assert.deepEqual([1, 2, 5, 0.5].map(beans.points), ["1 ziarno", "2 ziarna", "5 ziaren", "0,5 ziarna"]);
  assert.equal(createWords({ pointsName: "Miles" }).points(1), "1 Miles");
  const messages = { claim: "Grab {points}", check: ({ none }) => `Look ${none}` };
  const own = createWords({ lang: "fr-FR", messages });
  assert.equal(own.text("claim", { points: own.number(1.5) }), "Grab 1,5");
  assert.equal(own.text("check"), "Look undefined");
  assert.equal(own.text("retry"), "Retry");
  // Without texts of its own a language would be half a translation.
  assert.equal(createWords({ lang: "fr-FR" }).number(1.5), "1.5");
  assert.equal(createWords({ lang: "not a language!" }).number(1.5), "1.5");
});

test("what a server calls a thing can't turn a sentence around, nor be endless", () => {
  assert.equal(words.inside("a\u202Eb\u0000c"), "a b c");
  assert.equal(words.inside("شاي"), "\u2068شاي\u2069");
  assert.equal(words.inside("🍵".repeat(400)).length, 301);
  assert.equal(words.inside(undefined), "");
});

test("every code has a sentence in every language", async () => {
  const typings = await readFile(new URL("../../../pkg-template/types/errors.d.ts", import.meta.url), "utf8");
  const [, union] = /export type ErrorCode =([\s\S]*?);/.exec(typings.replace(/\/\*\*[\s\S]*?\*\//g, ""));
  const codes = [...union.matchAll(/"(\w+)"/g)].map(([, code]) => code);
  assert.ok(codes.length >= 17);
  for (const lang of Object.keys(LANGUAGES)) {
    for (const code of [...codes, "a_code_of_the_future"]) {
      assert.match(explainProblem({ code, outcome: "unknown" }, createWords({ lang })), /^[^{}]+\.$/);
    }
  }
});
