// What both elements have in common: attributes and properties, the source of the rules, events, one quiet voice.
import { el, setAttribute } from "./dom.js";
import { acquireSource } from "./source.js";
import css from "./style.css";
import { hasLightText, langOf, unwatch, watch } from "./surroundings.js";
import { nextTask } from "./tasks.js";
import { createWords } from "./words.js";

/** Attributes, and the properties that reflect them. */
const ATTRIBUTES = {
  gateway: "gateway",
  "base-url": "baseUrl",
  "store-code": "storeCode",
  "points-name": "pointsName",
  "time-zone": "timeZone",
};
const PROPERTIES = ["token", "loyalty", "rules", "messages", "productName", "callOptions", "now"];

const sheet = new CSSStyleSheet();
sheet.replaceSync(css);

/** The languages that were written in before. */
const prepared = new Map();
const isPrepared = (locale) => prepared.get(locale) === true;

/** Has a browser load what it needs for a language, bit by bit. */
function prepare(locale, samples) {
  if (!prepared.has(locale)) {
    const loading = (async () => {
      for (const sample of samples) {
        await nextTask();
        try {
          sample();
        } catch {
          // Whoever needs it will meet the error; all others are to be drawn.
        }
      }
      prepared.set(locale, true);
    })();
    prepared.set(locale, loading);
  }
  return prepared.get(locale);
}

/** Gives a class properties that reflect attributes, and others that have it drawn again when they are set. */
export function define(Class, attributes, properties) {
  for (const [attribute, name] of Object.entries(attributes)) {
    Object.defineProperty(Class.prototype, name, {
      get() {
        return this.getAttribute(attribute);
      },
      set(value) {
        setAttribute(this, attribute, value);
      },
      enumerable: true,
    });
  }
  for (const name of properties) {
    Object.defineProperty(Class.prototype, name, {
      get() {
        return this.given[name];
      },
      set(value) {
        this.given[name] = value;
        this.schedule();
      },
      enumerable: true,
    });
  }
}

export class LoyaltyElement extends HTMLElement {
  static observedAttributes = ["lang", ...Object.keys(ATTRIBUTES)];
  given = {};
  source = null;
  #wanted = {};
  #settings = {};
  #rules;
  #words;
  #wordsFor = [];
  #scheduled = false;
  #told = {};

  constructor() {
    super();
    this.light = el("slot");
    this.root = el("div", { part: "root" }, this.light);
    this.voice = el("p", { class: "unseen", role: "status" });
    const shadow = this.attachShadow({ mode: "open" });
    shadow.adoptedStyleSheets = [sheet];
    shadow.append(this.root, this.voice);
  }

  connectedCallback() {
    // What a page set before it had this class hides the accessors of the same name.
    for (const [name, value] of Object.entries(this)) {
      if (!(name in Object.getPrototypeOf(this))) continue;
      delete this[name];
      this[name] = value;
    }
    watch(this);
    this.schedule();
  }

  disconnectedCallback() {
    unwatch(this);
    this.schedule();
  }

  attributeChangedCallback() {
    this.schedule();
  }

  /** Reads the rules and the customer's status again. */
  async refresh() {
    await this.source?.refresh();
  }

  /** Draws once, for all that is changed in the same task. */
  async schedule() {
    if (this.#scheduled) return;
    this.#scheduled = true;
    await nextTask();
    this.#scheduled = false;
    this.#attach(this.isConnected ? this.#target() : {});
    if (!this.isConnected) return;
    const { locale, samples } = this.words();
    if (!isPrepared(locale)) {
      await prepare(locale, samples);
      return this.schedule();
    }
    this.root.dataset.scheme = hasLightText(this.root) ? "dark" : "light";
    this.#tell();
    this.render(this.source?.state());
  }

  #target() {
    const { loyalty, gateway, baseUrl, storeCode, token, rules } = this;
    if (loyalty) return { identity: loyalty, target: loyalty };
    if (gateway) return { identity: gateway, token, target: { gatewayUrl: gateway } };
    if (baseUrl && token !== undefined) {
      const server = { baseUrl, ...(storeCode && { storeCode }) };
      return { identity: JSON.stringify(server), token, target: { ...server, token: token || (() => null) } };
    }
    return rules ? { identity: rules, target: null } : {};
  }

  #attach(wanted) {
    const { callOptions, now, timeZone, rules } = this;
    const isOther = wanted.identity !== this.#wanted.identity || wanted.token !== this.#wanted.token;
    if (isOther) {
      const before = this.source;
      this.#wanted = wanted;
      this.#rules = undefined;
      this.source = wanted.identity === undefined ? null : acquireSource(wanted);
      this.source?.use(this.#draw);
      before?.release(this.#draw);
    }
    if (!this.source) return;
    const settings = { callOptions, now, timeZone };
    // The others of this source may have set something else, and are not to be overruled at every drawing.
    const isNews = isOther || Object.entries(settings).some(([name, value]) => value !== this.#settings[name]);
    this.#settings = settings;
    if (isNews) this.source.configure(settings);
    const given = Array.isArray(rules) ? { earningRules: rules } : rules;
    const isGiven = given && rules !== this.#rules;
    if (isGiven) this.source.give(given);
    this.#rules = rules;
    if (isOther) this.source.start(Boolean(given));
  }

  #draw = () => this.schedule();

  /** Events for what was read since the last time. */
  #tell() {
    const state = this.source?.state() ?? {};
    const before = this.#told;
    this.#told = state;
    const { answer, status } = state;
    if (answer && (answer !== before.answer || status !== before.status)) this.emit("rules", { ...answer, status });
    for (const name of ["problem", "statusProblem", "estimatorProblem"]) {
      const error = state[name];
      if (error && error !== before[name]) this.emit("error", { error });
    }
  }

  /** Returns whether nobody objected. */
  emit(name, detail, cancelable = false) {
    return this.dispatchEvent(
      new CustomEvent(`earnkit-${name}`, { bubbles: true, composed: true, cancelable, detail }),
    );
  }

  words() {
    const { messages, productName, pointsName, timeZone } = this;
    const wordsFor = [langOf(this), messages, productName, pointsName, timeZone];
    if (wordsFor.some((value, index) => value !== this.#wordsFor[index])) {
      const [lang] = wordsFor;
      this.#wordsFor = wordsFor;
      this.#words = createWords({ lang, messages, productName, pointsName, timeZone: timeZone ?? undefined });
    }
    return this.#words;
  }

  /** One polite voice; a repeated sentence is spoken again only if the text changes in between. */
  announce(sentence) {
    if (this.ariaLive === "off") return;
    this.voice.textContent = "";
    requestAnimationFrame(() => {
      this.voice.textContent = sentence;
    });
  }
}

define(LoyaltyElement, ATTRIBUTES, PROPERTIES);
