// The worker of worker.mjs, with a Durable Object whose clock the test can turn.

import { Ledger as Shipped } from "earnkit/gateway";
import worker from "./worker.mjs";

export class Ledger extends Shipped {
  #sql;

  constructor(state, env) {
    super(state, env);
    this.#sql = state.storage.sql;
  }

  async fetch(request) {
    const { searchParams } = new URL(request.url);
    if (!searchParams.has("ageMs")) return super.fetch(request);
    // As if everything had happened so long ago; then the alarm rings.
    const ageMs = Number(searchParams.get("ageMs"));
    for (const { key, row } of this.#sql.exec("SELECT key, row FROM awards").toArray()) {
      const { sinceMs, ...rest } = JSON.parse(row);
      const aged = sinceMs === undefined ? row : JSON.stringify({ ...rest, sinceMs: sinceMs - ageMs });
      this.#sql.exec("UPDATE awards SET row = ?, since_ms = since_ms - ? WHERE key = ?", aged, ageMs, key);
    }
    await this.alarm();
    const tables = this.#sql.exec("SELECT name FROM sqlite_master WHERE name = 'awards'").toArray();
    return Response.json(tables.length ? this.#sql.exec("SELECT key, row FROM awards").toArray() : []);
  }
}

export default {
  async fetch(request, env, ctx) {
    const { pathname, search } = new URL(request.url);
    if (pathname !== "/loyalty/test-alarm") return worker.fetch(request, env, ctx);
    const scope = new URL(request.url).searchParams.get("scope");
    return env.LEDGER.get(env.LEDGER.idFromName(scope)).fetch(`https://ledger.invalid/${search}`);
  },
};
