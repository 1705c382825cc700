// Numbers, prices and times. The page's own sentences are English, so these are too.
const LOCALE = "en-GB";

const numberFormat = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 2 });
const partFormat = new Intl.NumberFormat(LOCALE, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const pluralRules = new Intl.PluralRules(LOCALE);
const timeFormat = new Intl.DateTimeFormat(LOCALE, { timeStyle: "medium" });
const dateTimeFormat = new Intl.DateTimeFormat(LOCALE, { dateStyle: "medium", timeStyle: "short" });

export const number = (value) => numberFormat.format(value);
export const time = (date) => timeFormat.format(date);
export const dateTime = (date) => dateTimeFormat.format(date);
/** Points beside points: whole, or with both decimals. */
export const amount = (value) => (Number.isInteger(value) ? numberFormat : partFormat).format(value);

export const plural = (count, one, other) => (pluralRules.select(count) === "one" ? one : other);
export const points = (value) => `${number(value)} ${plural(value, "point", "points")}`;

/** A price always has its cents. */
export const price = (cents, currency) =>
  new Intl.NumberFormat(LOCALE, { style: "currency", currency }).format(cents / 100);
