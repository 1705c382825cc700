// How often a rule may be used, how often this customer has used it, and when it opens again. Open Loyalty counts in
// calendar windows of its own time zone (release 3.2.0).
import { day, dayAndYear, number, weekday } from "./format.js";

const NOW_IN = {
  day: "today",
  week: "this week",
  month: "this month",
  "3 months": "this quarter",
  "6 months": "this half-year",
  "1 year": "this year",
  forever: "in total",
};
const EVERY = {
  day: "a day",
  week: "a week",
  month: "a month",
  "3 months": "every 3 months",
  "6 months": "every 6 months",
  "1 year": "a year",
  forever: "in total",
};

/**
 * The limit of a rule for its customer, or `null` if it has none: the rule's own words and what `remaining` tells.
 * `used` and `left` are `null` where the customer's own uses are not known (a guest, an opaque token).
 */
export function limitOf({ limit }, remaining) {
  if (!limit?.active || !(limit.limit > 0) || !(limit.period in NOW_IN)) return null;
  const { used = null, left = null, resetsAt = null } = remaining ?? {};
  return { limit: limit.limit, period: limit.period, used, left, resetsAt: resetsAt && new Date(resetsAt) };
}

/** "1 of 2 today", or "Twice a day" where the customer's own uses are not known. */
export function limitText({ limit, period, used }) {
  if (used !== null) return `${number(used)} of ${number(limit)} ${NOW_IN[period]}`;
  if (period === "forever" && limit === 1) return "Once only";
  const times = limit === 1 ? "Once" : limit === 2 ? "Twice" : `${number(limit)} times`;
  return `${times} ${EVERY[period]}`;
}

/** "1 left until Monday"; `""` where that is told elsewhere or not known. */
export function leftText(limit) {
  if (!limit.left) return "";
  const left = `${number(limit.left)} left`;
  return limit.resetsAt ? `${left} until ${openingDay(limit)}` : left;
}

/** What to say once a limit is used up. */
export function opensAgainText(limit) {
  if (!limit.resetsAt) return "You've used this up.";
  return `Again ${limit.period === "day" ? "" : "on "}${openingDay(limit)}.`;
}

function openingDay({ period, resetsAt }) {
  if (period === "day") return "tomorrow";
  if (period === "week") return weekday(resetsAt);
  return period === "1 year" ? dayAndYear(resetsAt) : day(resetsAt);
}
