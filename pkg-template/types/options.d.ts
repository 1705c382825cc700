import type { AbortSignalLike, HostRequestInit, HostResponse, UrlLike } from "./host.js";
import type { Operation } from "./errors.js";

/**
 * A function that performs a request: the host's `fetch`, a service binding's, or a test's. Called without a `this`.
 *
 * @example
 * ```ts
 * const loyalty = { baseUrl, token, fetch: (url, init) => env.LOYALTY.fetch(url, init) };
 * ```
 */
export type Fetch = (url: string, init: HostRequestInit) => Promise<HostResponse>;

/** An Open Loyalty server, without a customer: enough for {@link login} and {@link refreshTokens}. */
export interface OpenLoyaltyServer {
  /**
   * Where the server is, up to but without `/api`. http or https; a path prefix is kept, trailing slashes are
   * dropped; credentials, a query or a fragment are `invalid_input`.
   *
   * @example "https://loyalty.example.com"
   */
  baseUrl: string | UrlLike;
  /**
   * The store's code, a segment of every path. Not sent with `pathStyle: "legacy"`. 1 to 255 characters.
   *
   * @default "DEFAULT"
   */
  storeCode?: string | undefined;
  /**
   * The server's generation.
   *
   * - `"store"`: `/api/<storeCode>/...`, as the vendor documents for 4.x.
   * - `"legacy"`: `/api/...` without a store code, as servers up to 3.x have it; events go to
   *   `/api/customer/earnRule/<eventName>` (since 3.2).
   *
   * @default "store"
   */
  pathStyle?: "store" | "legacy" | undefined;
  /**
   * Performs the requests.
   *
   * @default globalThis.fetch
   */
  fetch?: Fetch | undefined;
}

/** Why a `token` function is asked: for the first time in a call, or because the server refused the last token. */
export type TokenReason = "initial" | "expired";

/** An Open Loyalty server and the customer who speaks to it. */
export interface OpenLoyalty extends OpenLoyaltyServer {
  /**
   * The customer's token, as {@link login} returns it, or a function that gives it. A function is asked on each call;
   * no token (`null`, `undefined`, `""`) is `unauthorized`, with nothing sent. The `id` in the token's payload tells
   * whose usages are shown and whose status is read.
   *
   * @example () => sessionStorage.getItem("loyalty-token")
   */
  token: string | ((reason: TokenReason) => string | null | undefined | Promise<string | null | undefined>);
}

/** A partner's access to koomalooma. For servers and edge workers: the key spends money. */
export interface Koomalooma {
  /** The JWT that koomalooma assigned to the partner; sent as `X-KoomaLooma-JWT`. A secret. */
  apiKey: string;
  /**
   * Where the Partner API is.
   *
   * @default "https://api.koomalooma.com/api"
   */
  baseUrl?: string | UrlLike | undefined;
  /**
   * Allows the calls in a page, a web worker or a service worker, where anyone can read `apiKey`. Without it they are
   * `invalid_input` there, with nothing sent. Only for a stand-in server with a worthless key.
   *
   * @default false
   */
  dangerouslyAllowBrowser?: boolean | undefined;
  /**
   * Performs the requests.
   *
   * @default globalThis.fetch
   */
  fetch?: Fetch | undefined;
}

/** One request that was handed to `fetch`, as `onAttempt` sees it. */
export interface Attempt {
  operation: Operation;
  /** Counts from 1. */
  attempt: number;
  /** Method and path as a template, without ids or event names: `GET /api/{storeCode}/customer/earningRule`. */
  route: string;
  /** The HTTP status, if one was seen. */
  status?: number;
  /** From the hand-over to `fetch` until the body was read or the attempt failed, in milliseconds. */
  durationMs: number;
  /** What follows: the result or the error. Later versions may add values. */
  next: "done" | "failed";
}

/** Options of every call. */
export interface CallOptions {
  /** Ends the call with `aborted`. */
  signal?: AbortSignalLike | undefined;
  /**
   * The longest that one attempt may take, body included, in milliseconds.
   *
   * @default 10_000 for calls that read, 15_000 for calls that change something
   */
  timeoutMs?: number | undefined;
  /**
   * The longest that the call may take, with waits and the token function included, in milliseconds.
   *
   * @default 30_000
   */
  totalTimeoutMs?: number | undefined;
  /** Told of each attempt after it ended. What it throws or returns is ignored. */
  onAttempt?: ((attempt: Attempt) => void) | undefined;
  /**
   * The longest body that is read, in bytes after decompression. A longer one is `invalid_response`.
   *
   * @default 8_388_608 (8 MiB)
   */
  maxResponseBytes?: number | undefined;
}

/** Options of calls that only read. */
export interface ReadOptions extends CallOptions {
  /**
   * How many further attempts follow a failed connection, a timeout, or a status of 408, 429, 500, 502, 503 or 504.
   *
   * @default 2
   */
  retries?: number | undefined;
}

/**
 * Options of calls that change something. They are sent once: neither server can recognise a repeated request, so
 * `retries` and `idempotencyKey` are errors here, not ignored.
 */
export interface AwardOptions extends CallOptions {
  retries?: never;
  idempotencyKey?: never;
}
