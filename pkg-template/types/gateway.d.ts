import type { UrlLike } from "./host.js";
import type { CallOptions, Fetch } from "./options.js";

/** What a gateway is sent beside earnkit's own `Accept`, `Content-Type` and `Idempotency-Key`. */
export type GatewayHeaders = Record<string, string>;

/**
 * A store's own gateway, such as one made with `earnkit/gateway`: it knows the customer, holds the secrets, and answers
 * a repeated award with the result of the first. It stands in place of a server in every call but {@link login} and
 * {@link refreshTokens}.
 *
 * @example
 * ```ts
 * const { points } = await triggerEvent({ gatewayUrl: "/loyalty" }, "facebook_like");
 * ```
 */
export interface Gateway {
  /**
   * Where its routes are. http or https; a relative one starts, as for `fetch`, at the page's address or the worker's,
   * and is `invalid_input` where there is none. Credentials, a query, a fragment or more than 2,048 characters are
   * `invalid_input`.
   *
   * @example "/loyalty"
   */
  gatewayUrl: string | UrlLike;
  /**
   * Whether the browser sends its cookies, by which a gateway knows the customer. A gateway at another origin needs
   * `"include"`, and has to list the page's origin. Only for runtimes whose `fetch` has such a setting.
   *
   * @default "same-origin"
   */
  credentials?: "omit" | "same-origin" | "include" | undefined;
  /**
   * Headers to add, or a function that gives them, which is asked once in a call; concurrent calls share its answer.
   * Values are visible ASCII with blanks inside at most. One that can't be sent is `invalid_input`; a function that
   * throws or gives one is `token_failed`. Their values are secrets: no error holds them.
   *
   * @example () => ({ Authorization: `Bearer ${session.token}` })
   */
  headers?:
    | GatewayHeaders
    | (() => GatewayHeaders | null | undefined | Promise<GatewayHeaders | null | undefined>)
    | undefined;
  /**
   * Performs the requests.
   *
   * @default globalThis.fetch
   */
  fetch?: Fetch | undefined;
}

/**
 * Options of awards through a gateway, which may be sent again: one `Idempotency-Key` goes with every attempt, so that
 * the gateway books them once.
 */
export interface GatewayAwardOptions extends CallOptions {
  /**
   * How many further attempts may follow a failed connection, a timeout, or a status of 408, 429 or 5xx, unless the
   * gateway says that its answer is final: 0 to 10. The waits are those of reads. While the gateway says
   * `in_progress`, it is asked again until `totalTimeoutMs`, which is no attempt in this sense; with 0 it is not.
   *
   * @default 10
   */
  retries?: number | undefined;
  /**
   * What tells this award from every other: 1 to 255 characters of visible ASCII. The same key with the same request
   * gives the same result, days later too.
   *
   * @default 128 random bits, in the error's `idempotencyKey` if the call fails
   */
  idempotencyKey?: string | undefined;
}

/** Options of {@link assignPoints} through a gateway. */
export interface GatewayCommitmentOptions extends GatewayAwardOptions {
  /**
   * Made of a business fact, so that an order that is reported twice pays once: 1 to 255 characters of visible ASCII.
   *
   * @example "order-1042"
   */
  idempotencyKey: string;
}
