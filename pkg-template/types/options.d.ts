import type { Operation } from "./errors.js";
import type { AbortSignalLike, HostRequestInit, HostResponse, UrlLike } from "./host.js";

/**
 * A function that performs a request: the host's `fetch`, a service binding's, or a test's. Called without a `this`.
 * Deno's own sends a POST again by itself when a connection drops, unless its body is a stream: without a function of
 * yours, earnkit sees to that.
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
   * dropped; credentials, a query, a fragment or more than 2,048 characters are `invalid_input`.
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
   * The customer's token, as {@link login} returns it, or a function that gives it. The `id` in the token's payload
   * tells whose usages are shown and whose status is read. No token (`null` or `undefined`) is `unauthorized`, with
   * nothing sent.
   *
   * A function is asked once in a call with `"initial"` and, when the server then answers 401, once more with
   * `"expired"`. If it gives another token of the same customer, the request is sent with it; if not, the call fails
   * with `unauthorized`. Concurrent calls that share the function share one answer; when it has not come for 30 s,
   * the next call asks again.
   *
   * @example () => sessionStorage.getItem("loyalty-token")
   */
  token: string | ((reason: TokenReason) => string | null | undefined | Promise<string | null | undefined>);
}

/** A partner's access to koomalooma. For servers and edge workers: the key spends money. */
export interface Koomalooma {
  /** The JWT that koomalooma assigned to the partner; sent as `X-KoomaLooma-JWT`. A secret: visible ASCII only. */
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
  /**
   * Method and path as a template, without ids or event names: `GET /api/{storeCode}/customer/earningRule`; of a gateway
   * what is below its address, `GET /earning-rules`.
   */
  route: string;
  /** The HTTP status, if one was seen. */
  status?: number;
  /** From the hand-over to `fetch` until the body was read or the attempt failed, in milliseconds. */
  durationMs: number;
  /** What follows: the result, another attempt, another attempt with a new token, or the error. */
  next: "done" | "retry" | "refresh" | "failed";
  /** With `next: "retry"`: the wait before the next attempt, in milliseconds. */
  delayMs?: number;
}

/** Options of every call. */
export interface CallOptions {
  /** Ends the call with `aborted`. */
  signal?: AbortSignalLike | undefined;
  /**
   * The longest that one attempt may take, body included, in milliseconds: 1 to 2,147,483,647.
   *
   * @default 10_000 for calls that read, 15_000 for calls that change something
   */
  timeoutMs?: number | undefined;
  /**
   * The longest that the call may take, in milliseconds: 1 to 2,147,483,647. Waits, the token or headers function and, on
   * the first call, the loading of the WebAssembly are included.
   *
   * @default 30_000
   */
  totalTimeoutMs?: number | undefined;
  /**
   * Told of each attempt after it ended, and not waited for. What it throws or rejects with does not reach the call;
   * the first such error is logged.
   */
  onAttempt?: ((attempt: Attempt) => void) | undefined;
  /**
   * The longest body that is read, in bytes after decompression: 1 to 1,073,741,824 (1 GiB). A longer one is
   * `invalid_response`, unless the status alone says what went wrong.
   *
   * @default 8_388_608 (8 MiB)
   */
  maxResponseBytes?: number | undefined;
}

/** Options of calls that only read. */
export interface ReadOptions extends CallOptions {
  /**
   * How many further attempts may follow a failed connection, a timeout, or a status of 408, 429, 500, 502, 503 or
   * 504: 0 to 10. The wait before one is what `Retry-After` asks for, else random up to 300 ms, doubled each time up
   * to 5 s. When it exceeds the time left, the error is thrown at once.
   *
   * @default 2
   */
  retries?: number | undefined;
}

/**
 * Options of calls that change something, made to a server itself. They are sent once: neither server can recognise a repeated request, so
 * `retries` and `idempotencyKey` are errors here, not ignored.
 */
export interface AwardOptions extends CallOptions {
  retries?: never;
  idempotencyKey?: never;
}
