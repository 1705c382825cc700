// Where the elements of a page get their rules from: one reading for all that name the same server and customer.
import { createEstimator, getCustomerStatus, listEarningRules, triggerEvent } from "earnkit";
import { claimsOf, createClaims } from "./claims.js";
import { customerOf } from "./customer.js";
import { levelIdOf } from "./rule-audience.js";
import { nextTask } from "./tasks.js";

/** A card that says "ends in 2 hours" has to move on while the page is open. */
const CLOCK_TICK_MS = 60_000;
/** How long a claim waits for the uses before it. */
const GLANCE_MS = 3_000;

const sources = new Set();

/**
 * The source for a target (what the package's calls take first, or `null`), shared by whoever passes the same
 * `identity` and `token`. Each user of it releases it in the end.
 */
export function acquireSource({ target, identity, token }) {
  const shared = [...sources].find((source) => source.identity === identity && source.token === token);
  const source = shared ?? createSource(target, identity);
  if (!shared) sources.add(Object.assign(source, { identity, token }));
  return source;
}

function createSource(target, identity) {
  const listeners = new Set();
  let settings = {};
  /** Readings of the rules, by number: the last one that was begun, and the one that is shown. */
  let asked = 0;
  let applied = 0;
  let timer;
  let scheduled = false;
  let started = false;
  let state = {
    /** `loading`, `ready` or `failed`. */
    phase: "loading",
    /** The rules and their currency, as the server or the page gave them. */
    answer: null,
    problem: null,
    /** `arriving`, `guest`, `customer`, or `expired` after a session ended. */
    visitor: "arriving",
    status: null,
    statusProblem: null,
    /** Whether the level is as well known as it will be. */
    levelKnown: false,
    estimator: null,
    estimatorProblem: null,
    claims: new Map(),
    online: navigator.onLine,
  };

  /** Listeners run after every change, in one go for changes made in the same task. */
  function set(patch) {
    state = { ...state, ...patch };
    if (scheduled) return;
    scheduled = true;
    queueMicrotask(() => {
      scheduled = false;
      for (const listener of listeners) listener();
    });
  }

  /** The customer's session has ended, or there never was one. */
  function leave() {
    const wasCustomer = ["customer", "expired"].includes(state.visitor);
    set({ visitor: wasCustomer ? "expired" : "guest", status: null, levelKnown: true });
  }

  /** A glance at them is one attempt, and says nothing of itself when it fails. */
  async function readRules(isGlance = false) {
    asked += 1;
    const ticket = asked;
    if (state.phase !== "ready") set({ phase: "loading", problem: null });
    const options = isGlance ? { retries: 0, timeoutMs: GLANCE_MS } : {};
    try {
      const answer = await listEarningRules(target, { ...settings.callOptions, ...options });
      const renewed = await estimatorFor(answer);
      // A slow answer must not replace a newer one.
      if (ticket < applied) renewed.estimator?.free();
      else {
        applied = ticket;
        replace({ phase: "ready", answer, problem: null, ...renewed });
      }
      return true;
    } catch (problem) {
      if (isGlance) return false;
      if (problem.code === "unauthorized") leave();
      if (ticket > applied) set({ phase: state.phase === "ready" ? "ready" : "failed", problem });
      return false;
    }
  }

  async function readStatus() {
    try {
      const status = await getCustomerStatus(target, settings.callOptions);
      const levelBefore = state.status?.levelName;
      set({ status, statusProblem: null, visitor: "customer", levelKnown: true });
      if (status.levelName !== levelBefore) await renewEstimator();
    } catch (statusProblem) {
      const isUnauthorized = statusProblem.code === "unauthorized";
      // That a guest has no status is no news, and what can't be loaded is told once, by the rules.
      const isNews = isUnauthorized ? state.visitor === "customer" : statusProblem.code !== "load_failed";
      if (isNews) set({ statusProblem });
      if (isUnauthorized) leave();
      else set({ visitor: state.visitor === "arriving" ? "customer" : state.visitor, levelKnown: true });
    }
  }

  /** Which rules apply depends on the customer's level. */
  async function estimatorFor(answer, { timeZone } = settings, estimatorProblem = null) {
    try {
      for (;;) {
        await nextTask();
        const { status } = state;
        const levelId = levelIdOf(answer.earningRules, status?.levelName);
        const estimator = await createEstimator(answer.earningRules, { levelId, timeZone });
        if (status?.levelName === state.status?.levelName) return { estimator, estimatorProblem };
        estimator.free();
      }
    } catch (problem) {
      // A time zone that is none costs the days of the limits, and not the points.
      if (timeZone && problem.field === "options.timeZone") return estimatorFor(answer, {}, problem);
      return { estimator: null, estimatorProblem: problem };
    }
  }

  function replace(patch) {
    const { estimator } = state;
    if (listeners.size === 0 && patch.estimator) {
      // What comes after the last listener has left would be freed by nobody.
      patch.estimator.free();
      patch = { ...patch, estimator: null };
    }
    set(patch);
    if (estimator !== patch.estimator) estimator?.free();
  }

  async function renewEstimator() {
    const { answer } = state;
    if (!answer) return;
    const renewed = await estimatorFor(answer);
    if (answer === state.answer) replace(renewed);
    else renewed.estimator?.free();
  }

  /** Reads the rules and the customer's status. Returns whether the rules could be read. */
  async function refresh({ rulesKnown = false } = {}) {
    if (!target) return false;
    recognise();
    if (!target.gatewayUrl) return (await Promise.all([rulesKnown || readRules(), readStatus()]))[0];
    // A gateway that refuses the one refuses the other. Only by the status, or from the page, a guest is known: usages are
    // missing from a customer's rules too where the token is opaque.
    const read = rulesKnown || (await readRules());
    if (source.token === null) leave();
    else if (read) await readStatus();
    return read;
  }

  /** Goes on with what this customer has claimed before, under another token or in another place of the page. */
  async function recognise() {
    const customer = await customerOf(target, identity);
    if (customer === null || listeners.size === 0) return;
    const claims = claimsOf(customer);
    if (claims === source.claims) return;
    source.claims.leave(source);
    source.claims = claims;
    claims.join(source);
  }

  const source = {
    state: () => state,
    now: () => settings.now?.() ?? Date.now(),
    refresh,
    /** Reads the rules as they are right now, if that is possible. */
    glance: () => readRules(true),
    /** The first reading, by whoever comes first. */
    start(rulesKnown) {
      if (started) return;
      started = true;
      if (target) refresh({ rulesKnown });
      else leave();
    },
    /** Whether awards can be sent. */
    canTrigger: target !== null,
    /** Whether the same award may be sent again: a gateway recognises it by its key. */
    canRepeat: Boolean(target?.gatewayUrl),
    /** Takes what an element was told; what it was not told stays. */
    configure(given) {
      const timeZoneBefore = settings.timeZone;
      for (const [name, value] of Object.entries(given)) if (value != null) settings = { ...settings, [name]: value };
      if (settings.timeZone !== timeZoneBefore) renewEstimator();
    },
    /** Rules that the page has already. */
    async give(answer) {
      asked += 1;
      applied = asked;
      replace({ phase: "ready", answer, problem: null, estimator: null });
      await renewEstimator();
    },
    /** What is left of a rule's limit; `null` without one, or where nobody knows the uses. */
    remaining({ earningRuleId }) {
      try {
        return state.estimator?.remaining(earningRuleId, new Date(source.now())) ?? null;
      } catch {
        return null;
      }
    },
    /** Gives `{ points }` or `{ problem }`: a visitor's claim always comes to something to show. */
    async trigger(eventName, idempotencyKey) {
      try {
        const options = { ...settings.callOptions, ...(idempotencyKey && { idempotencyKey }) };
        return await triggerEvent(target, eventName, options);
      } catch (problem) {
        if (problem.code === "unauthorized") leave();
        return { problem };
      }
    },
    /** Takes the claims to be shown, by rule. */
    show: (claims) => set({ claims }),
    use(listener) {
      if (listeners.size === 0) {
        timer = setInterval(() => set({}), CLOCK_TICK_MS);
        for (const type of ["online", "offline"]) addEventListener(type, onLine);
      }
      listeners.add(listener);
    },
    release(listener) {
      listeners.delete(listener);
      if (listeners.size > 0) return;
      sources.delete(source);
      clearInterval(timer);
      for (const type of ["online", "offline"]) removeEventListener(type, onLine);
      source.claims.leave(source);
      replace({ estimator: null });
    },
  };
  source.claims = createClaims();
  source.claims.join(source);

  function onLine() {
    const { onLine: online } = navigator;
    set({ online });
    if (online) refresh();
  }
  return source;
}
