import { Awards, Limits, perform } from "./awards.js";
import { decide, failure, takeRules, within } from "./decide.js";
import { gateways } from "./ledger.js";
import { bearerOf, headOf, isProduction, readBody } from "./request.js";
import { setupsOf } from "./setup.js";
import { Shared } from "./shared.js";

const IDENTIFY_MS = 10_000;
/** Of a read: the page's own attempt takes 10 s. */
const READ_OPTIONS = { timeoutMs: 4_000, totalTimeoutMs: 9_000, retries: 1 };
/** How long the rules that guests see may be old. */
const GUEST_RULES_MS = 30_000;
const COMPLAIN_MS = 60_000;

/** The ledgers that are driven here, by store. */
const ledgers = new WeakMap();

const internal = (outcome) => failure("internal", outcome, "The gateway failed; its log says how");
const unauthorized = failure("unauthorized", "not_applied", "Sign in first");
const misconfigured = failure("misconfigured", "not_applied", "The gateway's log says what is wrong");

/** Says on the console what is wrong, the same thing once a minute. */
function complainer() {
  const said = new Map();
  return (problem) => {
    if (said.get(problem) > Date.now() - COMPLAIN_MS) return;
    said.set(problem, Date.now());
    console.error(`earnkit gateway: ${problem}`);
  };
}

/** The name of a defect and where it happened, without its message: that may quote anything. */
const defectOf = (thrown) => [thrown?.name, ...(String(thrown?.stack).match(/^ *at .*$/gm) ?? [])].join("\n");

/** What is known of an exchange that a defect ended. */
const fateOf = ({ key }) => (key ? "unknown" : "not_applied");

/** The answer when not even the WebAssembly can be asked for one. */
const broken = (fate) => ({
  status: 500,
  headers: [
    ["Content-Type", "application/json"],
    ["Cache-Control", "no-store"],
  ],
  body: JSON.stringify({ error: internal(fate), final: false }),
  outcome: fate,
  code: "internal",
});

function hashOf(key) {
  try {
    return decide("hashKey", key);
  } catch {
    return undefined;
  }
}

/** Makes a gateway over `client`, the functions of this package. */
export function create(client, options) {
  const setup = setupsOf(options ?? {});
  const limits = new Limits();
  const shared = new Shared();
  const log = options?.log ?? ((line) => console.log(JSON.stringify(line)));
  const gateway = {
    client,
    options: options ?? {},
    setup,
    complain: complainer(),
    keep: (work) => void work.catch(() => {}),
  };
  gateways.set(options?.mountPath, gateway);

  /** What a function of the store's gives, which has 10 s for it. */
  async function askStore(name, ...args) {
    const late = {};
    try {
      const given = await within(IDENTIFY_MS, (async () => options[name](...args))(), late);
      if (given !== late) return given;
      gateway.complain(`${name} took longer than ${IDENTIFY_MS / 1_000} s`);
    } catch {
      gateway.complain(`${name} threw an error`);
    }
    throw failure("token_failed", "not_applied", "The store could not say who this is");
  }

  async function identify(request, env, reason) {
    const given = await askStore("identify", request, env, reason);
    const identity = decide("identity", given ?? null);
    if (!identity.problem) return identity;
    gateway.complain(identity.problem);
    throw misconfigured;
  }

  /** Throws unless there is a request left for whoever this is. */
  function take(name, perMinute) {
    const retryAfterMs = limits.take(name, perMinute);
    if (retryAfterMs !== null) throw { ...failure("rate_limited", "not_applied"), retryAfterMs };
  }

  async function addressOf(request, env) {
    const address = options.address ? await askStore("address", request, env) : request.headers.get("cf-connecting-ip");
    return typeof address === "string" ? decide("network", address) : undefined;
  }

  /** Runs `work` for a customer, and once more with a fresh token when the loyalty server refuses the first. */
  async function asCustomer({ request, env }, identity, work) {
    const outcome = await work(identity);
    if (!outcome.isUnauthorized || identity.who !== "customer") return outcome;
    const fresh = await identify(request, env, "expired");
    const helps = fresh.who === "customer" && fresh.id === identity.id && fresh.token && fresh.token !== identity.token;
    return helps ? work(fresh) : outcome;
  }

  async function read(exchange, setup, route) {
    const { request, env, operation } = exchange;
    const identity = await identify(request, env, "initial");
    const isGuest = identity.who === "guest";
    const isRules = route.name === "earning_rules";
    if (isGuest && !(isRules && options.guest)) throw unauthorized;
    if (!isGuest) take(`reads of ${identity.id}`, setup.perMinute);
    const reading = await asCustomer(exchange, identity, async ({ id = "", token }) => {
      if (isGuest) token = (await askStore("guest", env))?.token;
      if (typeof token !== "string") throw unauthorized;
      const ask = async () => {
        const args = [{ ...setup.openLoyalty, token }];
        const answer = await perform(gateway, { route, operation, args, options: READ_OPTIONS, isGuest });
        return answer.result && isRules ? takeRules(answer.result, isGuest) : answer;
      };
      const answer = await exchange.upstream(
        shared.get(id, `${operation} ${token}`, isGuest ? GUEST_RULES_MS : 0, ask),
      );
      return { ...answer, isUnauthorized: answer.error?.code === "unauthorized" };
    });
    if (reading.error) throw reading.error;
    const { headers } = exchange;
    if (!isRules) return decide("answerRead", { result: reading.result, headers });
    const { etag, body } = reading;
    const ifNoneMatch = request.headers.get("if-none-match") ?? undefined;
    const answer = decide("answerRules", { etag, ifNoneMatch, headers });
    return answer.status === 200 ? { ...answer, body } : answer;
  }

  /** Asks the ledger; the Durable Object of that name, or the one that is driven here. */
  async function askLedger(exchange, setup, ask) {
    if (setup.ledgerKind !== "durable") {
      if (!ledgers.has(setup.ledger))
        ledgers.set(setup.ledger, new Awards(setup.ledger, setup.ledgerKind === "memory"));
      const server = ask.target.isKoomalooma ? setup.koomalooma : setup.openLoyalty;
      ask.target.server = ask.who.token ? { ...server, token: ask.who.token } : server;
      return ledgers.get(setup.ledger).ask(gateway, exchange.env, ask);
    }
    const { ledger } = setup;
    try {
      const response = await ledger.get(ledger.idFromName(ask.scope)).fetch("https://ledger.invalid/", {
        method: "POST",
        body: JSON.stringify(ask),
      });
      return await response.json();
    } catch {
      // The object may have called the loyalty server by then.
      gateway.complain("the ledger's Durable Object fails");
      return { verdict: { verdict: "refused", failure: failure("network", "unknown") } };
    }
  }

  async function award(exchange, setup, route, who, { key, body }) {
    const { operation, ctx } = exchange;
    const { isStore = false, id: customer } = who;
    const { scope, claim } = decide("claim", { route, mountPath: setup.mountPath, key, customer, body });
    const args = {
      triggerEvent: () => [route.eventName],
      createUser: () => [
        { partnerId: setup.koomalooma.partnerId, partnerUserId: who.id, userSessionId: who.userSessionId },
      ],
      assignPoints: () => [route.userId, body],
    };
    const asking = asCustomer(exchange, who, async ({ token }) => {
      const isKoomalooma = route.name === "user" || route.name === "commitment";
      const { verdict, problem, upstreamMs } = await askLedger(exchange, setup, {
        gateway: setup.mountPath,
        ...{ scope, key, claim, route },
        who: { isStore, token: isKoomalooma ? undefined : token },
        target: { operation, isKoomalooma },
        args: args[operation]?.() ?? [],
        limits: isStore ? undefined : { perMinute: setup.perMinute, dailyPoints: setup.dailyPoints },
      });
      if (problem) {
        gateway.complain(problem);
        throw misconfigured;
      }
      exchange.upstreamMs += upstreamMs ?? 0;
      return { verdict, isUnauthorized: verdict.failure?.code === "unauthorized" };
    });
    // Goes on when the page is closed: a Durable Object does by itself.
    gateway.keep(asking);
    ctx?.waitUntil?.(asking.catch(() => {}));
    shared.drop(customer ?? "");
    const { verdict } = await asking.finally(() => shared.drop(customer ?? ""));
    return decide("answerAward", { route, verdict, headers: exchange.headers });
  }

  const isStores = (request, setup) => {
    const bearer = bearerOf(request);
    return !!setup.serverCredential && !!bearer && decide("isSameSecret", [setup.serverCredential, bearer]);
  };

  async function respond(exchange) {
    const { request, env } = exchange;
    await client.init();
    const now = await setup(env, isProduction(request));
    if (now.problem) {
      gateway.complain(now.problem);
      throw misconfigured;
    }
    const admission = decide("admit", { policy: now.policy, head: headOf(request) });
    exchange.template = admission.template;
    if (admission.admission === "answered") return admission.answer;
    const { route, headers, operation } = admission;
    Object.assign(exchange, { headers, operation });
    if (route.name === "health") {
      const { openLoyalty, koomalooma, ledgerKind: ledger } = now;
      const health = { ok: true, openLoyalty: !!openLoyalty, koomalooma: !!koomalooma, ledger };
      return decide("answerHealth", { health, headers });
    }
    const address = await addressOf(request, env);
    if (address !== undefined) take(`address ${address}`, now.perMinutePerAddress);
    if (route.name === "earning_rules" || route.name === "status") return read(exchange, now, route);
    const isStore = route.name !== "user" && route.name !== "event" && isStores(request, now);
    if (route.name === "commitment" && !isStore) throw unauthorized;
    const key = route.key ?? request.headers.get("idempotency-key");
    exchange.key = key;
    let body = {};
    if (request.method === "POST") {
      const { text, late } = await readBody(request);
      if (late) throw { ...failure("timeout", "not_applied", "The body did not come in time"), httpStatus: 408 };
      const reading = decide("readBody", { route, text });
      if (reading.failure) throw { ...reading.failure, httpStatus: reading.status };
      ({ body } = reading);
    }
    const who = isStore ? { isStore } : await identify(request, env, "initial");
    if (!isStore && who.who !== "customer") throw unauthorized;
    if (route.name === "event" && !who.token) throw unauthorized;
    if (route.name === "user" && !who.userSessionId) {
      gateway.complain("identify must give a userSessionId, which koomalooma needs for a user");
      throw misconfigured;
    }
    if (route.name === "award" && !now.ledger)
      return decide("answerAward", { route, verdict: { verdict: "nothing" }, headers });
    return award(exchange, now, route, who, { key, body });
  }

  async function answer(exchange) {
    try {
      return await respond(exchange);
    } catch (thrown) {
      const isFailure = typeof thrown?.code === "string" && typeof thrown.outcome === "string";
      if (!isFailure || thrown instanceof Error) gateway.complain(`a defect: ${defectOf(thrown)}`);
      const { httpStatus: status, ...error } =
        isFailure && !(thrown instanceof Error) ? thrown : internal(fateOf(exchange));
      return decide("answerFailure", { failure: error, status, headers: exchange.headers });
    }
  }

  return {
    async fetch(request, env, ctx) {
      const startedMs = performance.now();
      const exchange = { request, env, ctx, template: "unknown", headers: [], upstreamMs: 0 };
      exchange.upstream = async (work) => {
        const sentMs = performance.now();
        try {
          return await work;
        } finally {
          exchange.upstreamMs += performance.now() - sentMs;
        }
      };
      const { status, headers, body, outcome, code, replayed } = await answer(exchange).catch(() =>
        broken(fateOf(exchange)),
      );
      const ms = Math.round((performance.now() - startedMs) * 10) / 10;
      const upstreamMs = Math.round(exchange.upstreamMs * 10) / 10;
      const key = exchange.key && hashOf(exchange.key);
      const line = { route: exchange.template, status, outcome, code, ms, upstreamMs, key };
      if (replayed) line.replayed = true;
      try {
        log(line);
      } catch {
        // The answer is worth more.
      }
      headers.push(["Server-Timing", `total;dur=${ms}, upstream;dur=${upstreamMs}`]);
      return new Response(body ?? null, { status, headers });
    },
  };
}
