// Everything that depends on the language. The page's own sentences are English, so numbers and dates are too.
import { TIME_ZONE } from "./demo-accounts.js";

const LOCALE = "en-GB";

const numberFormat = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 2 });
const listFormat = new Intl.ListFormat(LOCALE, { type: "conjunction" });
const choiceFormat = new Intl.ListFormat(LOCALE, { type: "disjunction" });
const relativeFormat = new Intl.RelativeTimeFormat(LOCALE, { numeric: "auto" });
const pluralRules = new Intl.PluralRules(LOCALE);
const timeFormat = new Intl.DateTimeFormat(LOCALE, { timeStyle: "medium" });
const dateTimeFormat = new Intl.DateTimeFormat(LOCALE, { dateStyle: "medium", timeStyle: "short" });
const weekdayFormat = new Intl.DateTimeFormat(LOCALE, { weekday: "long", timeZone: TIME_ZONE });
const dayFormat = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "long", timeZone: TIME_ZONE });
const dayAndYearFormat = new Intl.DateTimeFormat(LOCALE, {
  day: "numeric",
  month: "long",
  year: "numeric",
  timeZone: TIME_ZONE,
});
const wholeFormats = [{}, { signDisplay: "always" }].map((options) => new Intl.NumberFormat(LOCALE, options));
const partFormats = [{}, { signDisplay: "always" }].map(
  (options) => new Intl.NumberFormat(LOCALE, { minimumFractionDigits: 2, maximumFractionDigits: 2, ...options }),
);
const moneyFormats = new Map();

export const number = (value) => numberFormat.format(value);
export const and = (items) => listFormat.format(items);
export const or = (items) => choiceFormat.format(items);
export const time = (date) => timeFormat.format(date);
export const dateTime = (date) => dateTimeFormat.format(date);
/** Points beside points: whole, or with both decimals. */
export const amount = (value) => (Number.isInteger(value) ? wholeFormats : partFormats)[0].format(value);
export const signedAmount = (value) => (Number.isInteger(value) ? wholeFormats : partFormats)[1].format(value);
/** Calendar days of the loyalty server, which counts its limits by them. */
export const weekday = (date) => weekdayFormat.format(date);
export const day = (date) => dayFormat.format(date);
export const dayAndYear = (date) => dayAndYearFormat.format(date);

export const plural = (count, one, other) => (pluralRules.select(count) === "one" ? one : other);
export const points = (value) => `${number(value)} ${plural(value, "point", "points")}`;

/** The server's currency is free text (`"eur"`, `"PLN"`, or a shop's own word), and `Intl` throws on the last. */
export function money(amount, currency) {
  const code = String(currency ?? "").toUpperCase();
  if (!/^[A-Z]{3}$/.test(code)) return [number(amount), currency].filter(Boolean).join(" ");
  const digits = Number.isInteger(amount) ? 0 : 2;
  const key = `${code}/${digits}`;
  if (!moneyFormats.has(key)) {
    const options = { style: "currency", currency: code, minimumFractionDigits: digits, maximumFractionDigits: 2 };
    moneyFormats.set(key, new Intl.NumberFormat(LOCALE, options));
  }
  return moneyFormats.get(key).format(amount);
}

/** A price always has its cents. */
export function price(cents, currency) {
  return new Intl.NumberFormat(LOCALE, { style: "currency", currency }).format(cents / 100);
}

const UNITS = [
  ["year", 365 * 86_400_000],
  ["month", 30 * 86_400_000],
  ["week", 14 * 86_400_000, 7 * 86_400_000],
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
];

/** "in 3 days", "tomorrow": the largest unit that fits; weeks only from two on, since "next week" is vague. */
export function relative(fromMs, toMs) {
  const distance = toMs - fromMs;
  for (const [unit, threshold, size = threshold] of UNITS) {
    if (Math.abs(distance) >= threshold) return relativeFormat.format(Math.round(distance / size), unit);
  }
  return relativeFormat.format(Math.round(distance / 1000), "second");
}

export function distance(kilometres) {
  const [value, unit] = kilometres < 1 ? [kilometres * 1000, "meter"] : [kilometres, "kilometer"];
  return new Intl.NumberFormat(LOCALE, { style: "unit", unit, maximumFractionDigits: 2 }).format(value);
}

/** Coordinates have five decimals at most in Open Loyalty. */
export function coordinates(latitude, longitude) {
  const degrees = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 4 });
  const northSouth = `${degrees.format(Math.abs(latitude))}° ${latitude < 0 ? "S" : "N"}`;
  const eastWest = `${degrees.format(Math.abs(longitude))}° ${longitude < 0 ? "W" : "E"}`;
  return `${northSouth}, ${eastWest}`;
}
