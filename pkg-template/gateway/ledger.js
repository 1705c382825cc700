import { Awards, TALLY } from "./awards.js";
import { decide } from "./decide.js";

/** When to look after an award that was begun: by then it has ended, or nobody is at it. */
const LOOK_AFTER_MS = 60_000;
const MOST_LOOK_AFTER_MS = 3_600_000;
const KEPT_MS = 30 * 24 * 3_600_000;

/** The gateways of this worker by mount path, for the Durable Object, which the worker's own functions can't reach. */
export const gateways = new Map();

/** The ledger of one customer, or of one commitment: a Durable Object with SQLite storage. */
export class Ledger {
  #storage;
  #env;
  #awards;

  constructor(state, env) {
    this.#storage = state.storage;
    this.#env = env;
    this.#awards = new Awards({ read: (_, key) => this.#read(key), swap: (...args) => this.#swap(...args) }, true);
  }

  async fetch(request) {
    const ask = await request.json();
    const gateway = gateways.get(ask.gateway);
    if (!gateway)
      return Response.json({ problem: "the worker of the class Ledger must call createGateway as it starts" });
    await gateway.client.init();
    this.#prepare();
    if (this.#sql("SELECT 1 FROM about").length === 0)
      this.#sql("INSERT INTO about (gateway, scope) VALUES (?, ?)", ask.gateway, ask.scope);
    const { openLoyalty, koomalooma, problem } = await gateway.setup(this.#env, true);
    if (problem) return Response.json({ problem });
    const server = ask.target.isKoomalooma ? koomalooma : openLoyalty;
    ask.target.server = ask.who.token ? { ...server, token: ask.who.token } : server;
    return Response.json(await this.#awards.ask(gateway, this.#env, ask));
  }

  /** Declares unknown what a crash has left, tells the store, and forgets what is old. */
  async alarm() {
    this.#prepare();
    const [about] = this.#sql("SELECT gateway, scope FROM about");
    const gateway = gateways.get(about?.gateway);
    if (gateway) {
      await gateway.client.init();
      for (const { key, row } of this.#sql("SELECT key, row FROM awards WHERE is_open = 1")) {
        const isAtWork = this.#awards.isAtWork(about.scope, key);
        const { fate, row: now } = decide("sweep", { row: JSON.parse(row), isAtWork, nowMs: Date.now() });
        if (fate !== "report") continue;
        if (await this.#swap(about.scope, key, row, JSON.stringify(now)))
          await this.#awards.report(gateway, this.#env, about.scope, key, now);
      }
    }
    this.#sql("DELETE FROM awards WHERE since_ms <= ?", Date.now() - KEPT_MS);
    const [{ oldest, open }] = this.#sql(
      "SELECT min(since_ms) AS oldest, min(CASE is_open WHEN 1 THEN since_ms END) AS open FROM awards",
    );
    if (oldest === null) return this.#storage.deleteAll();
    const lookAfterMs = Math.min(Math.max(Date.now() - open, LOOK_AFTER_MS), MOST_LOOK_AFTER_MS);
    await this.#storage.setAlarm(open === null ? oldest + KEPT_MS : Date.now() + lookAfterMs);
  }

  /** On each way in, since the last alarm leaves nothing behind. */
  #prepare() {
    this.#sql("CREATE TABLE IF NOT EXISTS awards (key TEXT PRIMARY KEY, row TEXT, since_ms INTEGER, is_open INTEGER)");
    this.#sql("CREATE TABLE IF NOT EXISTS about (gateway TEXT, scope TEXT)");
  }

  #sql(statement, ...values) {
    return this.#storage.sql.exec(statement, ...values).toArray();
  }

  #read(key) {
    return this.#sql("SELECT row FROM awards WHERE key = ?", key)[0]?.row;
  }

  async #swap(_scope, key, from, to) {
    if ((this.#read(key) ?? null) !== from) return false;
    if (to === null) {
      this.#sql("DELETE FROM awards WHERE key = ?", key);
    } else {
      const { sinceMs = Date.now(), state, reported } = JSON.parse(to);
      const isOpen = state === "pending" || (state === "unknown" && !reported);
      this.#sql(
        "INSERT OR REPLACE INTO awards (key, row, since_ms, is_open) VALUES (?, ?, ?, ?)",
        ...[key, to, sinceMs, Number(isOpen)],
      );
      if (isOpen) await this.#wakeBy(Date.now() + LOOK_AFTER_MS);
    }
    // What was written before goes with it: the next row's turn on the disk is the tally's too.
    if (key !== TALLY) await this.#storage.sync();
    return true;
  }

  async #wakeBy(atMs) {
    const alarmMs = await this.#storage.getAlarm();
    if (alarmMs === null || alarmMs > atMs) await this.#storage.setAlarm(atMs);
  }
}

/** A ledger in this process, for development: it is gone when the process ends. */
const rows = new Map();
const nameOf = (scope, key) => `${scope} ${key}`;
const memory = {
  forDevelopment: true,
  read: async (scope, key) => rows.get(nameOf(scope, key)) ?? null,
  async swap(scope, key, from, to) {
    const name = nameOf(scope, key);
    if ((rows.get(name) ?? null) !== from) return false;
    if (to === null) rows.delete(name);
    else rows.set(name, to);
    return true;
  },
};

/** The same one each time: a store may ask for it on each request. */
export const memoryLedger = () => memory;
