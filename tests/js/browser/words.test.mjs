// What the page says about a rule, without a browser: its modules are plain ones.
import assert from "node:assert/strict";
import { test } from "node:test";

import { coordinates, distance, money, relative } from "../../../www/js/format.js";
import { audienceText, isForOthers, knownLevels, windowOf, winnerOf } from "../../../www/js/rule-audience.js";
import { limitOf, limitText, opensAgainText } from "../../../www/js/rule-limit.js";
import { explain, headline } from "../../../www/js/rule-text.js";

const limited = (period, limit, ...dates) => ({
  limit: { active: true, period, limit },
  usages: dates.map((date) => ({ date })),
});
const at = (text) => Date.parse(text);

test("uses are counted in calendar windows of the server's zone", () => {
  const used = (rule, now) => limitOf(rule, at(now)).used;
  const day = limited("day", 2, "2026-03-10T23:30:00+01:00", "2026-03-11T00:30:00+01:00");
  assert.equal(used(day, "2026-03-10T22:45:00Z"), 1);
  assert.equal(used(day, "2026-03-10T23:15:00Z"), 1);
  assert.equal(used(day, "2026-03-12T12:00:00Z"), 0);
  // Monday is 2026-03-09.
  const week = limited(
    "week",
    3,
    "2026-03-08T23:59:59+01:00",
    "2026-03-09T00:00:00+01:00",
    "2026-03-15T12:00:00+01:00",
  );
  assert.equal(used(week, "2026-03-11T12:00:00Z"), 2);
  const quarter = limited("3 months", 3, "2026-03-31T12:00:00+02:00", "2026-04-01T00:00:00+02:00");
  assert.equal(used(quarter, "2026-06-30T12:00:00Z"), 1);
  const half = limited("6 months", 3, "2026-06-30T12:00:00+02:00", "2026-07-01T12:00:00+02:00");
  assert.equal(used(half, "2026-12-31T12:00:00Z"), 1);
  const year = limited("1 year", 3, "2025-12-31T23:59:00+01:00", "2026-01-01T00:00:00+01:00");
  assert.equal(used(year, "2026-06-01T12:00:00Z"), 1);
  assert.equal(used(limited("forever", 3, "2001-01-01T00:00:00+01:00"), "2026-06-01T12:00:00Z"), 1);
});

test("a limit that is used up says when its window ends", () => {
  const again = (period, now) => opensAgainText(limitOf(limited(period, 1, now), at(now)));
  const now = "2026-03-11T12:00:00+01:00";
  assert.deepEqual(
    ["day", "week", "month", "3 months", "6 months", "1 year", "forever"].map((period) => again(period, now)),
    [
      "Again tomorrow.",
      "Again on Monday.",
      "Again on 1 April.",
      "Again on 1 April.",
      "Again on 1 July.",
      "Again on 1 January 2027.",
      "You've used this up.",
    ],
  );
  assert.equal(again("month", "2026-12-11T12:00:00+01:00"), "Again on 1 January.");
});

test("without the customer's own uses a limit is told as a rule", () => {
  const told = (period, limit) => limitText(limitOf({ ...limited(period, limit), usages: null }, 0));
  assert.deepEqual(
    [told("day", 2), told("week", 1), told("month", 3), told("3 months", 1), told("forever", 1), told("forever", 4)],
    ["Twice a day", "Once a week", "3 times a month", "Once every 3 months", "Once only", "4 times in total"],
  );
  for (const limit of [
    null,
    { active: false },
    { active: true, period: "fortnight", limit: 1 },
    { active: true, period: "day" },
  ]) {
    assert.equal(limitOf({ limit, usages: [] }, 0), null);
  }
  assert.equal(limitOf({ usages: [] }, 0), null);
});

test("windows are told from now", () => {
  const now = at("2026-03-11T12:00:00Z");
  const told = (startAt, endAt) => windowOf({ allTimeActive: false, startAt, endAt }, now);
  assert.deepEqual(
    [
      told("2026-01-01T00:00:00Z", "2026-03-14T13:00:00Z").text,
      told("2026-01-01T00:00:00Z", "2026-03-11T14:00:00Z").text,
    ],
    ["ends in 3 days", "ends in 2 hours"],
  );
  const coming = told("2026-03-12T13:00:00Z", "2026-04-14T13:00:00Z");
  assert.deepEqual([coming.text, coming.open], ["starts tomorrow", false]);
  assert.deepEqual(
    [told("2026-01-01T00:00:00Z", "2026-03-10T11:00:00Z").open, told(undefined, undefined).open],
    [false, true],
  );
  assert.equal(told("2026-01-01T00:00:00Z", "2099-01-01T00:00:00Z").text, "");
  assert.equal(windowOf({ allTimeActive: true, endAt: "2026-03-01T00:00:00Z" }, now).open, true);
  assert.equal(relative(0, 20 * 86_400_000), "in 3 weeks");
  assert.equal(relative(0, -45 * 86_400_000), "last month");
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
  assert.equal(audienceText(gold, all), "Gold members");
  assert.equal(audienceText(everybody, all), "");
  assert.equal(audienceText(rule(["g"], { g: "Gold" }, ["t"]), all), "Gold members or Tea club");
  assert.equal(isForOthers(gold, "Silver"), true);
  assert.equal(isForOthers(gold, "Gold"), false);
  assert.equal(isForOthers(gold, undefined), false);
  assert.equal(isForOthers(rule(["g"], { g: "Gold" }, ["t"]), "Silver"), false);
  assert.equal(isForOthers(rule(["x"], {}), "Silver"), true);
  assert.equal(winnerOf(everybody, [everybody, gold], "Gold", 0), gold);
  assert.equal(winnerOf(everybody, [everybody, gold], "Silver", 0), everybody);
});

test("money, distances and places", () => {
  assert.deepEqual(
    [money(1, "eur"), money(19.99, "PLN"), money(5, "beans"), money(5, undefined)],
    ["€1", "PLN 19.99", "5 beans", "5"].map((text) => text.replace("PLN ", "PLN\u00a0")),
  );
  assert.deepEqual([distance(0.25), distance(1.5)], ["250 m", "1.5 km"]);
  assert.equal(coordinates(-33.86785, 151.20732), "33.8679° S, 151.2073° E");
});

test("each type has its sentence", () => {
  const told = (rule) => [headline(rule, "EUR"), explain(rule, "EUR")];
  const purchase = { excludedSKUs: [""], excludedLabels: [], includedLabels: [], minOrderValue: 0 };
  assert.deepEqual(
    told({
      ...purchase,
      type: "points",
      pointValue: 2.3,
      minOrderValue: 19.99,
      labelsInclusionType: "include_labels",
      includedLabels: [{ key: "size", value: "xl" }],
      excludedSKUs: ["mug-enamel", "123"],
    }),
    [
      "2.3 per €1",
      "2.3 points for every €1 you spend on products with size: xl. On orders from €19.99. Not on Enamel mug or 123.",
    ],
  );
  assert.deepEqual(
    told({ type: "multiply_for_product", skuIds: ["SKU-1"], labels: [{ key: "color" }], multiplier: 2 }),
    ["×2", "Double points on SKU-1 and products with color."],
  );
  assert.deepEqual(
    told({ type: "multiply_by_product_labels", labelMultipliers: [{ key: "color", value: "red", multiplier: 0.5 }] }),
    ["×0.5", "0.5 times the points on color: red."],
  );
  assert.deepEqual(told({ type: "instant_reward" }), ["Gift", "A gift comes with your order."]);
  assert.deepEqual(told({ type: "event", eventName: "oloy.new", pointsAmount: 1 }), ["+1", "1 point for “oloy.new”."]);
  assert.equal(
    explain({ type: "referral", eventName: "register", rewardType: "referrer", pointsAmount: 15 }, "EUR"),
    "When a friend you invited opens an account, you get 15 points.",
  );
  assert.equal(
    explain({ type: "geolocation", latitude: 50.01234, longitude: 20.5, radius: 1.5, pointsAmount: 2 }, "EUR"),
    "2 points when you come within 1.5 km of 50.0123° N, 20.5° E.",
  );
  assert.equal(explain({ type: "geolocation", pointsAmount: 2 }, "EUR"), "2 points when you come to the place.");
  assert.doesNotMatch(explain({ type: "qrcode", code: "SECRET", pointsAmount: 7.25 }, "EUR"), /SECRET/);
  assert.deepEqual(told({ type: "streak" }), ["New", "A new way to earn, “streak”: ask us how it works."]);
});
