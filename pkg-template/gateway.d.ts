import type { HostResponse, UrlLike } from "./types/host.js";
import type { Koomalooma, OpenLoyaltyServer } from "./types/options.js";

/** The part of `Request` that the gateway reads. Every runtime's own `Request` fits. */
export interface GatewayRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: { get(name: string): string | null };
  readonly body: unknown;
}

type HostRequest = typeof globalThis extends { Request: { prototype: infer R } } ? R : GatewayRequest;

/** Who sent a request, as the store knows it. */
export interface Identity {
  /**
   * The store's own id of the customer, 1 to 255 characters. It picks the customer's ledger, and is koomalooma's
   * `partnerUserId`, so it must always be the same one for the same customer.
   */
  id: string;
  /** The customer's Open Loyalty token. Without one, `earning-rules`, `status` and events are `unauthorized`. */
  token?: string | null | undefined;
  /** koomalooma's `userSessionId`, which `POST users` needs. */
  userSessionId?: string | null | undefined;
}

/** Why `identify` is asked: for the first time for a request, or because Open Loyalty answered 401 to the token. */
export type IdentifyReason = "initial" | "expired";

/** An award whose outcome nobody knows. */
export interface UnknownAward {
  /** The idempotency key. */
  key: string;
  operation: "triggerEvent" | "createUser" | "assignPoints";
  /** Of an event. */
  eventName?: string;
  /** Of a commitment. */
  userId?: string;
  /** Whose it is: the `id` that `identify` gave. Of events and users; a commitment is asked for by the store's own server. */
  customerId?: string;
  /** When the loyalty server was called. */
  at: Date;
  /** Why nobody knows: `network`, `timeout`, `server_error`, or `internal` when the gateway itself was stopped. */
  code: string;
}

/**
 * Where awards are kept by key. A Durable Object namespace of the class {@link Ledger}, {@link memoryLedger}, or a store
 * of your own that has these two functions.
 *
 * `swap` must be atomic: of two that start from the same text, in whatever processes, one gives `true`. A database does
 * it with one statement (`UPDATE ... WHERE scope = ? AND key = ? AND value = ?`, `INSERT ... ON CONFLICT DO NOTHING`).
 * A store without compare-and-swap, such as Workers KV or a cache, can't, and would let an award be sent twice. What
 * `swap` has stored must survive a crash. `read` must give what the last `swap` stored, not a copy that lags behind.
 */
export interface AwardStore {
  /** The text under a key, or `null`. `scope` is 64 hexadecimal digits; `key` up to 255 characters. */
  read(scope: string, key: string): Promise<string | null | undefined>;
  /**
   * Puts `to` in the place of `from`, if `from` is what is there. `null` stands for nothing, on either side. A text may
   * be forgotten `keepMs` after it was stored.
   */
  swap(scope: string, key: string, from: string | null, to: string | null, keepMs: number): Promise<boolean>;
}

/** The part of a Durable Object namespace that the gateway uses. */
export interface LedgerNamespace {
  idFromName(name: string): unknown;
  // biome-ignore lint/suspicious/noExplicitAny: every host's own typings must match.
  get(id: any): { fetch(url: string, init: { method: string; body: string }): Promise<HostResponse> };
}

/** One line of the log. Nothing of it is personal. */
export interface LogLine {
  /** Method and path as a template, such as `POST events/{eventName}`; `unknown` for a path that is no route. */
  route: string;
  status: number;
  /** `ok` for a read that succeeded; else what became of the award. */
  outcome: "ok" | "applied" | "not_applied" | "unknown";
  /** Of an error. */
  code?: string | undefined;
  /** From the request to the answer, in milliseconds. */
  ms: number;
  /** Of these, what the loyalty server took. */
  upstreamMs: number;
  /** The first 12 hexadecimal digits of the SHA-256 of the idempotency key. */
  key?: string | undefined;
  /** Whether the answer is an earlier request's. */
  replayed?: true;
}

type MaybePromise<T> = T | Promise<T>;

/** The options of {@link createGateway}. `Env` is what the runtime hands to a worker's `fetch`. */
export interface GatewayOptions<Env = unknown> {
  /** The path that the routes are under: a slash first, none at the end. */
  mountPath: string;
  /** The Open Loyalty server. https, but on a loopback address. */
  openLoyalty?: ((env: Env) => MaybePromise<OpenLoyaltyServer | null | undefined>) | undefined;
  /** The partner's access to koomalooma. */
  koomalooma?: ((env: Env) => MaybePromise<(Koomalooma & { partnerId: string }) | null | undefined>) | undefined;
  /** The origins that pages may call from, such as `https://shop.example`; the store's own too. */
  origins: readonly string[] | ((env: Env) => MaybePromise<readonly string[]>);
  /**
   * The events that a page may trigger.
   *
   * @default [] (none)
   */
  events?: readonly string[] | undefined;
  /**
   * Says who sent a request: `null` is a guest. It must rest on what the browser can't forge, such as a signed cookie;
   * the body has been read by then and says nothing about it. After `"expired"`, give a fresh token. 10 s.
   */
  identify(request: HostRequest, env: Env, reason: IdentifyReason): MaybePromise<Identity | null | undefined>;
  /**
   * An Open Loyalty token for guests, who then see the rules, up to 30 s old. Without it they are `unauthorized`; when
   * it throws, or takes longer than 10 s, they get `token_failed`.
   */
  guest?: ((env: Env) => MaybePromise<{ token: string }>) | undefined;
  /** Where awards are kept. Needed for `events` and for koomalooma. */
  ledger?: ((env: Env) => LedgerNamespace | AwardStore) | undefined;
  /**
   * What the store's own servers send as `Authorization: Bearer`, to make commitments: 16 or more characters. Without
   * it there are none.
   */
  serverCredential?: ((env: Env) => MaybePromise<string | undefined>) | undefined;
  /** How many requests pass; those that repeat an award do not count for the customer. */
  rateLimit?:
    | {
        /**
         * For a customer.
         *
         * @default 30
         */
        perMinute?: number | undefined;
        /**
         * For an address, before anybody is asked who it is; for IPv6 a /64. Counted by each instance of the worker.
         *
         * @default 10 * perMinute
         */
        perMinutePerAddress?: number | undefined;
      }
    | undefined;
  /**
   * How many points a customer's events may bring on one day (UTC) before further ones are `rate_limited`: a circuit
   * breaker for a rule whose limit was forgotten. The last award may go beyond it, so a day brings less than this and one
   * award. Awards that are under way, that are unknown, or whose answer did not say how many points they brought count
   * for as much as their event brought before, or else for what the customer's rules say, which are read then.
   *
   * @default no limit
   */
  dailyPoints?: number | undefined;
  /** The address that a request comes from. `CF-Connecting-IP` unless given; without an address there is no limit. */
  address?: ((request: HostRequest, env: Env) => MaybePromise<string | null | undefined>) | undefined;
  /**
   * Hears of an award whose outcome nobody knows and the customer's usages do not tell. When it throws it is called
   * again, and it may be called twice for one award, so go by `key`.
   */
  onUnknown?: ((award: UnknownAward, env: Env) => MaybePromise<void>) | undefined;
  /**
   * Takes the log, one line for each request.
   *
   * @default console.log of the line as JSON
   */
  log?: ((line: LogLine) => void) | undefined;
}

/** A gateway. */
export interface LoyaltyGateway<Env = unknown> {
  /** Answers a request. It never throws. Paths outside of `mountPath` are 404. */
  fetch(request: HostRequest, env: Env, ctx?: { waitUntil(promise: Promise<unknown>): void }): Promise<HostResponse>;
}

/**
 * Makes a gateway: what stands between the store's pages and the loyalty servers, holds the secrets, and makes awards
 * safe to repeat. Call it where the worker starts, outside of any request.
 *
 * A wrong set-up does not throw: requests are answered with 500 `misconfigured`, and the log says what is wrong.
 *
 * @example
 * ```ts
 * import { createGateway, Ledger } from "earnkit/gateway";
 * export { Ledger };
 * const gateway = createGateway<Env>({
 *   mountPath: "/loyalty",
 *   openLoyalty: (env) => ({ baseUrl: env.OPEN_LOYALTY_URL }),
 *   origins: ["https://shop.example"],
 *   events: ["facebook_like"],
 *   identify: (request, env) => readSession(request, env),
 *   ledger: (env) => env.LEDGER,
 * });
 * export default { fetch: (request, env, ctx) => gateway.fetch(request, env, ctx) };
 * ```
 */
export function createGateway<Env = unknown>(options: GatewayOptions<Env>): LoyaltyGateway<Env>;

/**
 * The ledger's Durable Object, with SQLite storage (`new_sqlite_classes` in the worker's configuration). One holds the
 * awards of one customer, or one commitment; it calls the loyalty server itself, and forgets a key after 30 days.
 * Export it from the worker that calls {@link createGateway}.
 */
export class Ledger {
  // biome-ignore lint/suspicious/noExplicitAny: every host's own typings must match.
  constructor(state: any, env: any);
  fetch(request: HostRequest): Promise<HostResponse>;
  alarm(): Promise<void>;
}

/**
 * The ledger of this process, for development: the same one each time. It forgets every award when the process ends, so
 * it is refused where `NODE_ENV` is `production`, for requests to another than a loopback address, and for those that a
 * proxy says came from one (`Forwarded`, `X-Forwarded-For`, `X-Forwarded-Host`, `X-Real-IP`). Behind a proxy that does
 * not say so it is not: set `NODE_ENV` there.
 */
export function memoryLedger(): AwardStore;

export type { Koomalooma, OpenLoyaltyServer, UrlLike };
