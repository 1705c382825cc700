// How often a rule may be used, how often this customer has used it, and when it opens again.
// Open Loyalty counts in calendar windows of the server's own zone: day, Monday-to-Sunday week, month, quarter,
// half-year, year; used up as soon as the count reaches the limit (release 3.2.0).
import { day, dayAndYear, number, weekday } from "./format.js";

const DAY_MS = 86_400_000;
const MONTHS = { month: 1, "3 months": 3, "6 months": 6, "1 year": 12 };
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
 * The limit of a rule for its customer, or `null` if it has none.
 * `used` and `left` are `null` when the customer's own usages are not known (a guest, an opaque token).
 */
export function limitOf(rule, nowMs) {
  const { limit, usages } = rule;
  if (!limit?.active || !(limit.limit > 0) || !(limit.period in NOW_IN)) return null;
  if (!usages) return { limit: limit.limit, period: limit.period, used: null, left: null, opensAt: null };
  const offset = serverOffsetMs(usages, nowMs);
  const window = windowAround(limit.period, nowMs + offset);
  const used = usages.filter(({ date }) => {
    const local = Date.parse(date) + offsetMs(date);
    return local >= window.start && local < window.end;
  }).length;
  return {
    limit: limit.limit,
    period: limit.period,
    used,
    left: Math.max(0, limit.limit - used),
    opensAt: window.end,
  };
}

/** "1 of 2 today", or "Twice a day" where the customer's own usages are not known. */
export function limitText({ limit, period, used }) {
  if (used !== null) return `${number(used)} of ${number(limit)} ${NOW_IN[period]}`;
  if (period === "forever" && limit === 1) return "Once only";
  const times = limit === 1 ? "Once" : limit === 2 ? "Twice" : `${number(limit)} times`;
  return `${times} ${EVERY[period]}`;
}

/** What to say once a limit is used up. */
export function opensAgainText({ period, opensAt }) {
  if (period === "forever") return "You've used this up.";
  if (period === "day") return "Again tomorrow.";
  if (period === "week") return `Again on ${weekday(opensAt)}.`;
  return `Again on ${period === "1 year" ? dayAndYear(opensAt) : day(opensAt)}.`;
}

/** The newest usage tells the server's zone; without one the visitor's own is the best guess. */
function serverOffsetMs(usages, nowMs) {
  const newest = usages.reduce((a, b) => (a && Date.parse(a.date) >= Date.parse(b.date) ? a : b), null);
  return newest ? offsetMs(newest.date) : -new Date(nowMs).getTimezoneOffset() * 60_000;
}

function offsetMs(date) {
  const match = /([+-])(\d\d):(\d\d)$/.exec(date);
  if (!match) return 0;
  return (match[1] === "-" ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3])) * 60_000;
}

/** Start and end of the calendar window; all times are the server's wall clock, written as if it were UTC. */
function windowAround(period, wallMs) {
  const wall = new Date(wallMs);
  const [year, month] = [wall.getUTCFullYear(), wall.getUTCMonth()];
  const midnight = Date.UTC(year, month, wall.getUTCDate());
  if (period === "forever") return { start: -Infinity, end: Infinity };
  if (period === "day") return { start: midnight, end: midnight + DAY_MS };
  if (period === "week") {
    const start = midnight - ((wall.getUTCDay() + 6) % 7) * DAY_MS;
    return { start, end: start + 7 * DAY_MS };
  }
  const size = MONTHS[period];
  const first = Math.floor(month / size) * size;
  return { start: Date.UTC(year, first), end: Date.UTC(year, first + size) };
}
