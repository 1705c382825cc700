// How often a rule may be used, how often this customer has used it, and when it opens again. Open Loyalty counts in
// calendar windows of its own time zone (release 3.2.0).

const PERIODS = {
  day: "Day",
  week: "Week",
  month: "Month",
  "3 months": "Quarter",
  "6 months": "HalfYear",
  "1 year": "Year",
  forever: "All",
};

/**
 * The limit of a rule for its customer, or `null` if it has none: the rule's own words and what `remaining` tells.
 * `used` and `left` are `null` where the customer's own uses are not known (a guest, an opaque token).
 */
export function limitOf({ limit }, remaining) {
  if (!limit?.active || !(limit.limit > 0) || !Object.hasOwn(PERIODS, limit.period)) return null;
  const { used = null, left = null, resetsAt = null } = remaining ?? {};
  return { limit: limit.limit, period: limit.period, used, left, resetsAt: resetsAt && new Date(resetsAt) };
}

/** "1 of 2 today", or "Twice a day" where the customer's own uses are not known. */
export function limitText({ limit, period, used }, { text, number }) {
  const name = PERIODS[period];
  const window = text(`in${name}`);
  if (used !== null) return text("used", { used: number(used), limit: number(limit), window });
  const isForever = period === "forever";
  if (isForever && limit === 1) return text("onceOnly");
  const often = limit === 1 ? text("once") : limit === 2 ? text("twice") : text("often", { number: number(limit) });
  return text("every", { often, every: isForever ? window : text(`every${name}`) });
}

/** "1 left until Monday"; `""` where that is told elsewhere or not known. */
export function leftText(limit, words) {
  if (!limit.left) return "";
  const number = words.number(limit.left);
  return limit.resetsAt
    ? words.text("leftUntil", { number, day: openingDay(limit, words) })
    : words.text("left", { number });
}

/** What to say once a limit is used up. */
export function opensAgainText(limit, words) {
  if (!limit.resetsAt) return words.text("usedUp");
  return words.text(limit.period === "day" ? "againTomorrow" : "againOn", { day: openingDay(limit, words) });
}

function openingDay({ period, resetsAt }, words) {
  if (period === "day") return words.text("tomorrow");
  if (period === "week") return words.weekday(resetsAt);
  return period === "1 year" ? words.dayAndYear(resetsAt) : words.day(resetsAt);
}
