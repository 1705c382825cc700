// What the page says about a rule, without a browser: its modules are plain ones.
import assert from "node:assert/strict";
import { test } from "node:test";

import { amount, coordinates, distance, money, relative, signedAmount } from "../../../www/js/format.js";
import { audienceText, isForOthers, knownLevels, windowOf, winnerOf } from "../../../www/js/rule-audience.js";
import { leftText, limitOf, limitText, opensAgainText } from "../../../www/js/rule-limit.js";
import { explain, headline } from "../../../www/js/rule-text.js";

const at = (text) => Date.parse(text);

const limited = (period, limit) => ({ limit: { active: true, period, limit } });

test("a limit says what was used, what is left and when it starts again, on the server's days", () => {
  const told = (period, used, left, resetsAt) => {
    const limit = limitOf(limited(period, used + left), { used, limit: used + left, left, resetsAt });
    return left === 0 ? opensAgainText(limit) : `${limitText(limit)}: ${leftText(limit)}`;
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
  const told = (period, count) => limitText(limit(period, count));
  assert.deepEqual(
    [told("day", 2), told("week", 1), told("month", 3), told("3 months", 1), told("forever", 1), told("forever", 4)],
    ["Twice a day", "Once a week", "3 times a month", "Once every 3 months", "Once only", "4 times in total"],
  );
  assert.equal(leftText(limit("day", 2)), "");
  for (const limit of [
    null,
    { active: false },
    { active: true, period: "fortnight", limit: 1 },
    { active: true, period: "day" },
  ]) {
    assert.equal(limitOf({ limit }, null), null);
  }
  assert.equal(limitOf({}, null), null);
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

test("points, money, distances and places", () => {
  assert.deepEqual(
    [amount(37), amount(37.35), amount(1234.5), signedAmount(9.9), signedAmount(27), signedAmount(-0.5)],
    ["37", "37.35", "1,234.50", "+9.90", "+27", "-0.50"],
  );
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
