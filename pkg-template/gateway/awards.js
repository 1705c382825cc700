import { LoyaltyError } from "../error.js";
import { decide, readRules, takeOne, within } from "./decide.js";

/** How long a duplicate waits for the request that is at work. */
const JOIN_MS = 5_000;
const CALL_MS = 10_000;
const SETTLE_MS = 3_000;
/** When to come back if nobody can say what is left of the day's points. */
const BLIND_MS = 1_000;
const KEEP_MS = 30 * 24 * 3_600_000;
const MOST_BUCKETS = 10_000;
/** Of no award: a key has no blanks. It need not be on the disk before an award goes on: the award's own row is. */
export const TALLY = "the tally";

/** Counts requests by whom they come from, as far as this process sees them. */
export class Limits {
  #buckets = new Map();

  /** When to come back, in milliseconds; `null` when it is fine now. */
  take(name, perMinute) {
    const nowMs = Date.now();
    const { left, atMs } = this.#buckets.get(name) ?? { left: perMinute, atMs: nowMs };
    const leftNow = takeOne(left, atMs, perMinute, nowMs);
    if (leftNow < 0) return -leftNow;
    // The ones that were used last stand last.
    this.#buckets.delete(name);
    this.#buckets.set(name, { left: leftNow, atMs: nowMs });
    if (this.#buckets.size > MOST_BUCKETS) this.#buckets.delete(this.#buckets.keys().next().value);
    return null;
  }
}

/** Makes a call of the client, and gives what crosses of its end. */
export async function perform(gateway, { route, operation, args, options, isGuest = false, isStore = false }) {
  try {
    return { result: await gateway.client[operation](...args, options) };
  } catch (error) {
    if (!(error instanceof LoyaltyError)) throw error;
    const { reply, problem } = decide("crossing", { route, error, isGuest, isStore });
    if (problem) gateway.complain(problem);
    return reply;
  }
}

/** The awards of one ledger: drives the state machine of the WebAssembly over a store. */
export class Awards {
  #store;
  #exclusive;
  #limits = new Limits();
  /** The requests at work, by scope and key. */
  #flights = new Map();

  /** `exclusive`: no other process drives awards of this store. */
  constructor(store, exclusive) {
    this.#store = store;
    this.#exclusive = exclusive;
  }

  isAtWork(scope, key) {
    return this.#flights.has(`${scope} ${key}`);
  }

  /** Answers a request: `{ verdict, upstreamMs }`. */
  async ask(gateway, env, ask) {
    const { scope, key, claim } = ask;
    const name = `${scope} ${key}`;
    const flight = this.#flights.get(name);
    if (claim.onlyLook) return this.#run(gateway, env, ask, this.#exclusive && !flight);
    if (flight) {
      const verdict = decide("join", [flight.fingerprint, claim.fingerprint]);
      if (verdict) return { verdict };
      const { verdict: theirs } = await within(JOIN_MS, flight.running, { verdict: decide("stillAtWork") });
      return { verdict: theirs.verdict === "stored" ? { ...theirs, replayed: true } : theirs };
    }
    // No `await` from the look-up to here: the next request with this key meets this one.
    const running = this.#run(gateway, env, ask, this.#exclusive);
    this.#flights.set(name, { fingerprint: claim.fingerprint, running });
    try {
      return await running;
    } finally {
      this.#flights.delete(name);
    }
  }

  async #run(gateway, env, ask, exclusive) {
    const { scope, key, claim, who } = ask;
    const nonce = crypto.randomUUID();
    let upstreamMs = 0;
    const timed = async (work) => {
      const startedMs = performance.now();
      const value = await work;
      upstreamMs += performance.now() - startedMs;
      return value;
    };
    let row = null;
    /** What the usages have told, until it is written. */
    let settled = null;
    const canSettle = typeof who.token === "string";
    let [award, step] = decide("begin", { ...claim, nonce, exclusive, canSettle });
    const perform = {
      read: async () => {
        row = (await this.#store.read(scope, key)) ?? null;
        return { row: row && JSON.parse(row) };
      },
      admit: async () => ({ retryAfterMs: await this.#admit(gateway, ask, nonce) }),
      swap: async ({ to }) => {
        const next = to && JSON.stringify(to);
        const swapped = await this.#store.swap(scope, key, row, next, KEEP_MS);
        if (swapped) row = next;
        // Whoever wrote it counts it: another request may have found out the same.
        if (swapped && settled) await this.#close(ask, to.nonce, settled).catch(() => {});
        settled = null;
        return { swapped };
      },
      send: async () => {
        const reply = await timed(this.#send(gateway, ask));
        await this.#close(ask, nonce, reply).catch(() => {});
        return { reply };
      },
      settle: async (step) => {
        const { reply, rules } = await timed(this.#settle(gateway, ask, step.row));
        settled = reply;
        return { reply, rules };
      },
    };
    const events = { read: "read", admit: "admitted", swap: "swapped", send: "replied", settle: "settled" };
    while (step.step !== "done") {
      let event;
      try {
        event = { event: events[step.step], ...(await perform[step.step](step)) };
      } catch (error) {
        gateway.complain(`the ledger fails (${error?.name ?? "Error"})`);
        return { verdict: decide("storageFailed", award), upstreamMs };
      }
      [award, step] = decide("next", { award, event, nowMs: Date.now() });
    }
    const { verdict } = step;
    if (verdict.row?.state === "unknown" && !verdict.row.reported)
      gateway.keep(this.report(gateway, env, scope, key, verdict.row));
    return { verdict, upstreamMs };
  }

  async #send(gateway, { route, target, args, who }) {
    const options = { timeoutMs: CALL_MS, totalTimeoutMs: CALL_MS };
    return perform(gateway, {
      route,
      operation: target.operation,
      args: [target.server, ...args],
      options,
      isStore: who.isStore,
    });
  }

  async #settle(gateway, { scope, target }, row) {
    try {
      const rules = await this.#rules(gateway, target);
      const tally = JSON.parse((await this.#store.read(scope, TALLY)) ?? "null");
      return decide("settle", { rules, row, tally, nowMs: Date.now() });
    } catch {
      return { reply: null };
    }
  }

  async #rules(gateway, { server }) {
    const options = { timeoutMs: SETTLE_MS, totalTimeoutMs: SETTLE_MS, retries: 0 };
    return readRules(await gateway.client.listEarningRules(server, options));
  }

  /** Changes the tally, if the ledger has one. */
  async #count(scope, change) {
    for (;;) {
      const from = (await this.#store.read(scope, TALLY)) ?? null;
      const { tally, value } = change(JSON.parse(from ?? "null"));
      if (!tally || (await this.#store.swap(scope, TALLY, from, JSON.stringify(tally), KEEP_MS))) return value;
    }
  }

  async #admit(gateway, { scope, limits, claim, target }, nonce) {
    if (!limits) return null;
    const retryAfterMs = this.#limits.take(scope, limits.perMinute);
    if (retryAfterMs !== null) return retryAfterMs;
    const { dailyPoints } = limits;
    const award = { nonce, eventName: claim.eventName ?? "", sinceMs: Date.now() };
    const open = (rules) =>
      this.#count(scope, (before) => {
        const { tally, ...room } = decide("open", { tally: before, award, dailyPoints, rules });
        return { tally: room.retryAfterMs === null && !room.needsRules && tally, value: room };
      });
    const room = await open();
    if (!room.needsRules) return room.retryAfterMs;
    const rules = await this.#rules(gateway, target).catch(() => undefined);
    return rules ? (await open(rules)).retryAfterMs : BLIND_MS;
  }

  async #close({ scope, limits }, nonce, reply) {
    if (!limits) return;
    await this.#count(scope, (tally) => ({ tally: decide("close", { tally, nonce, reply, nowMs: Date.now() }) }));
  }

  /** Tells the store of an award that nobody knows of, and notes that it was told. */
  async report(gateway, env, scope, key, row) {
    const { operation, eventName, userId, customerId, sinceMs, reply } = row;
    try {
      await gateway.options.onUnknown?.(
        { key, operation, eventName, userId, customerId, at: new Date(sinceMs), code: reply.error.code },
        env,
      );
    } catch {
      gateway.complain("onUnknown threw an error; it is called again later");
      return false;
    }
    const from = await this.#store.read(scope, key);
    const now = JSON.parse(from ?? "null");
    if (now?.nonce === row.nonce && now.state === "unknown")
      await this.#store.swap(scope, key, from, JSON.stringify({ ...now, reported: true }), KEEP_MS);
    return true;
  }
}
