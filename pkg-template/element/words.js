// Everything that depends on the language: sentences, numbers, dates, amounts of money.
import de from "./languages/de.js";
import en from "./languages/en.js";
import pl from "./languages/pl.js";

const LANGUAGES = { en, pl, de };
/** The order of the forms in `unit`, and in the attribute `points-name`: that of the Unicode CLDR. */
const CATEGORIES = ["zero", "one", "two", "few", "many", "other"];
/** How many characters of a server's text a place on a card can take. */
const MOST_CHARACTERS = 300;
/** How many products or labels a sentence can list. */
const MOST_ITEMS = 10;
const RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}]/u;

const UNITS = [
  ["year", 365 * 86_400_000],
  ["month", 30 * 86_400_000],
  // Only from two on, since "next week" is vague.
  ["week", 14 * 86_400_000, 7 * 86_400_000],
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
];

/** A server's text as a page can show it: without what reorders the text around it, and not endless. */
export function shown(text) {
  const clean = String(text ?? "")
    .replace(/[\p{Cc}\p{Bidi_Control}]+/gu, " ")
    .trim();
  return clean.length > MOST_CHARACTERS ? `${clean.slice(0, MOST_CHARACTERS).replace(/[\ud800-\udbff]$/, "")}…` : clean;
}

/** A server's text inside a sentence: one that is written from the right must not turn the sentence around. */
function inside(text) {
  const clean = shown(text);
  return RIGHT_TO_LEFT.test(clean) ? `\u2068${clean}\u2069` : clean;
}

const isLocale = (lang) => {
  try {
    return Intl.getCanonicalLocales(lang).length > 0;
  } catch {
    return false;
  }
};

/** A part of the page must not go down with a function of the store's; its error is for the store to see. */
function ask(give, otherwise) {
  try {
    return give();
  } catch (error) {
    globalThis.reportError?.(error);
    return otherwise();
  }
}

/**
 * The words of a language: the one of `lang` if it is known or `messages` replace its sentences, else English.
 * `messages` are templates such as `"Claim {points}"`, or functions of what stands between the braces.
 */
export function createWords({ lang, messages, pointsName, timeZone, productName } = {}) {
  const wanted = isLocale(lang) ? lang : "en";
  const base = LANGUAGES[wanted.toLowerCase().split("-")[0]];
  const locale = base || messages ? wanted : "en";
  const own = base ?? en;
  const formats = new Map();

  const format = (kind, options) => {
    const key = kind + JSON.stringify(options);
    if (!formats.has(key)) formats.set(key, new Intl[kind](locale, options));
    return formats.get(key);
  };
  const date = (options) => (value) => {
    try {
      return format("DateTimeFormat", { ...options, timeZone }).format(value);
    } catch {
      // There is no such time zone.
      return format("DateTimeFormat", options).format(value);
    }
  };

  const fill = (template, params) => template.replace(/\{(\w+)\}/g, (all, name) => params[name] ?? all);

  function text(key, params = {}) {
    const template = messages?.[key];
    const ours = () => fill(own[key], params);
    if (typeof template === "function") return ask(() => String(template(params)), ours);
    return typeof template === "string" ? fill(template, params) : ours();
  }

  /** Two decimals, or what there is of a rate such as 0.005. */
  const number = (value) =>
    format("NumberFormat", {
      maximumFractionDigits: 2,
      maximumSignificantDigits: 4,
      roundingPriority: "morePrecision",
    }).format(value);

  function list(type, items) {
    const left = items.length - MOST_ITEMS;
    const told = left > 1 ? [...items.slice(0, MOST_ITEMS), text("others", { number: number(left) })] : items;
    return format("ListFormat", { type }).format(told);
  }

  /** Points beside points: whole, or with both decimals. */
  const amount = (value, signDisplay = "auto") =>
    format("NumberFormat", {
      minimumFractionDigits: Number.isInteger(value) ? 0 : 2,
      maximumFractionDigits: 2,
      signDisplay,
    }).format(value);

  /** The word for so many points. */
  function unit(count) {
    const forms = (pointsName || text("unit")).split("|");
    const plural = format("PluralRules");
    const { pluralCategories } = plural.resolvedOptions();
    const categories = CATEGORIES.filter((category) => pluralCategories.includes(category));
    return shown(forms[Math.min(categories.indexOf(plural.select(count)), forms.length - 1)]);
  }

  /** The server's currency is free text (`"eur"`, `"PLN"`, or a shop's own word), and `Intl` throws on the last. */
  function money(value, currency) {
    const code = String(currency ?? "").toUpperCase();
    if (!/^[A-Z]{3}$/.test(code)) return [number(value), inside(currency)].filter(Boolean).join(" ");
    const minimumFractionDigits = Number.isInteger(value) ? 0 : 2;
    const options = { style: "currency", currency: code, minimumFractionDigits, maximumFractionDigits: 2 };
    return format("NumberFormat", options).format(value);
  }

  const measure = (value, unit, unitDisplay = "short") =>
    format("NumberFormat", { style: "unit", unit, unitDisplay, maximumFractionDigits: 2 }).format(value);

  const words = {
    text,
    number,
    amount,
    unit,
    money,
    inside,
    points: (value) => `${number(value)} ${unit(value)}`,
    exactPoints: (value) => `${amount(value)} ${unit(value)}`,
    and: (items) => list("conjunction", items),
    or: (items) => list("disjunction", items),
    product: (sku) =>
      inside(
        ask(
          () => productName?.(sku) ?? sku,
          () => sku,
        ),
      ),
    compare: (a, b) => format("Collator").compare(a, b),
    /** Calendar days of the loyalty server, which counts its limits by them. */
    weekday: date({ weekday: "long" }),
    day: date({ day: "numeric", month: "long" }),
    dayAndYear: date({ day: "numeric", month: "long", year: "numeric" }),
    /** "in 3 days", "tomorrow": the largest unit that fits. */
    relative(fromMs, toMs) {
      const distance = toMs - fromMs;
      const relative = format("RelativeTimeFormat", { numeric: "auto" });
      for (const [unit, threshold, size = threshold] of UNITS) {
        if (Math.abs(distance) >= threshold) return relative.format(Math.round(distance / size), unit);
      }
      return relative.format(Math.round(distance / 1000), "second");
    },
    duration(ms) {
      const seconds = Math.ceil(ms / 1000);
      return seconds < 60 ? measure(seconds, "second", "long") : measure(Math.ceil(seconds / 60), "minute", "long");
    },
    distance: (kilometres) => (kilometres < 1 ? measure(kilometres * 1000, "meter") : measure(kilometres, "kilometer")),
    coordinates(latitude, longitude) {
      const [north, south, east, west] = text("compass").split("|");
      const degrees = (value, plus, minus) =>
        `${format("NumberFormat", { maximumFractionDigits: 4 }).format(Math.abs(value))}° ${value < 0 ? minus : plus}`;
      return `${degrees(latitude, north, south)}, ${degrees(longitude, east, west)}`;
    },
  };
  /** What there is of each kind: the first one of a kind can take a browser tens of milliseconds. */
  const samples = [
    () => number(1),
    () => money(1, "EUR"),
    () => measure(1, "second"),
    () => unit(1),
    () => words.or(["", ""]),
    () => words.relative(0, 1),
    () => words.compare("", ""),
    () => words.weekday(0),
  ];
  return Object.assign(words, { locale, samples });
}
