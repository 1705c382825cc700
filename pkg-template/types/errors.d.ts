/** The calls that an error or an attempt can belong to. */
export type Operation =
  | "createUser"
  | "assignPoints"
  | "listEarningRules"
  | "triggerEvent"
  | "getCustomerStatus"
  | "login"
  | "refreshTokens"
  | "createEstimator"
  | "estimate"
  | "event"
  | "remaining"
  | "init";

/**
 * What is known about the effect of a failed call.
 *
 * - `"not_applied"`: the server certainly did nothing. Calls that only read are always this.
 * - `"applied"`: the server certainly did it; only its answer is unusable.
 * - `"unknown"`: the server may have done it. Sending the call again may book the points twice.
 */
export type Outcome = "not_applied" | "applied" | "unknown";

/**
 * Why a call failed. Later versions may add codes, so keep a `default` branch.
 *
 * The outcomes are those of calls that change something (`createUser`, `assignPoints`, `triggerEvent`, `login`,
 * `refreshTokens`). A status already seen decides the outcome, even if the body is then cut. A gateway says in its
 * answer which code and outcome there are; of several attempts through it, one whose fate is unknown leaves `unknown`
 * whatever refuses the next, unless that is the gateway's final word on the key.
 */
export type ErrorCode =
  /** An argument or the configuration is unusable; `field` names it. Nothing was sent: `not_applied`. */
  | "invalid_input"
  /**
   * The WebAssembly could not be loaded; `message` says what to do about it. Nothing was sent: `not_applied`. The next
   * call tries again.
   */
  | "load_failed"
  /**
   * The `token` function threw, rejected, or gave something that is no token, or a gateway's `headers` function did
   * likewise: `not_applied`. Nothing was sent, or the server has refused what was sent with 401. A function that takes
   * too long is `timeout`.
   */
  | "token_failed"
  /** Status 401, or there was no token to send: `not_applied`. Sign the customer in again. */
  | "unauthorized"
  /** Status 403: `not_applied`. */
  | "forbidden"
  /** Status 404: `not_applied`. Often the wrong `pathStyle` or `storeCode`. */
  | "not_found"
  /** Open Loyalty has no such event for this customer now: `not_applied`. */
  | "event_unavailable"
  /** The rule's limit is used up: `not_applied`. */
  | "limit_exceeded"
  /** Any other 4xx: `not_applied`; but `unknown` for a 400 from the event endpoint whose body says nothing. */
  | "rejected"
  /** Status 409: `unknown`. */
  | "conflict"
  /** Status 429: `not_applied`. `retryAfterMs` says when to come back, if the server does. */
  | "rate_limited"
  /** Status 5xx: `unknown`. */
  | "server_error"
  /** The server answered with a redirect, which is never followed: `unknown`. */
  | "redirected"
  /** The connection failed: `unknown`, unless a status was already seen. */
  | "network"
  /**
   * A timeout passed, or status 408: `unknown` once the request was handed to `fetch`, unless a status was already
   * seen. While the WebAssembly loads and while the `token` function is asked, nothing is on its way: `not_applied`.
   */
  | "timeout"
  /**
   * The caller's `signal`: `not_applied` before the request was handed to `fetch` (also while the WebAssembly loads) and
   * while the `token` function is asked, else `unknown`, unless a status was already seen.
   */
  | "aborted"
  /**
   * The answer breaks the contract; `field` names the place, if there is one. `applied` for the documented status
   * with a JSON content type, else `unknown` (captive portals answer 200 with HTML).
   */
  | "invalid_response"
  /**
   * From a gateway: an award with this key is still under way, and the time for asking again was up: `unknown`. The
   * same call with the error's `idempotencyKey` will tell.
   */
  | "in_progress"
  /** From a gateway: this `idempotencyKey` belongs to another request: `not_applied`. */
  | "key_reused"
  /** From a gateway: its own set-up is wrong, such as koomalooma's key; its log says more: `not_applied`. */
  | "misconfigured"
  /** A defect of earnkit. The outcome is what was known by then; the next call has a fresh instance. */
  | "internal";

/**
 * The codes after which it is certain that the server did nothing, whatever was called. Without a gateway, this also
 * goes for `unauthorized`, `forbidden`, `not_found` and `rate_limited`; through one, an earlier attempt of the same call
 * may have been booked.
 */
export type NotAppliedCode =
  | "invalid_input"
  | "load_failed"
  | "token_failed"
  | "event_unavailable"
  | "limit_exceeded"
  | "key_reused";

/** A {@link LoyaltyError} with one code. */
export interface LoyaltyErrorOf<Code extends ErrorCode> extends Error {
  readonly name: "LoyaltyError";
  /** Why the call failed. Decide on this, never on `message`. */
  readonly code: Code;
  /** What is known about the effect of the call. */
  readonly outcome: Code extends NotAppliedCode ? "not_applied" : Outcome;
  /** An English sentence for logs. Holds no token, key or password. */
  readonly message: string;
  /** The call that failed; `init` for `load_failed`, whichever call needed the WebAssembly. */
  readonly operation: Operation;
  /** The HTTP status, if one was seen. */
  readonly status?: number;
  /** How long the server asks to wait, in milliseconds. Across origins only if the server exposes `Retry-After`. */
  readonly retryAfterMs?: number;
  /** How many requests were handed to `fetch`; 0 when nothing was sent. */
  readonly attempts: number;
  /** The argument, option or field of the answer at fault, such as `earningRules[3].earningRuleId`. */
  readonly field?: string;
  /** The key under which an award went through a gateway. With it the same call can be made again, and pays once. */
  readonly idempotencyKey?: string;
  /** The server's own words, at most 200 characters, with secrets replaced. For logs, not for customers. */
  readonly serverMessage?: string;
  /** `signal.reason` for `aborted`; for `network` without a status an `Error` with name and code; else absent. */
  readonly cause?: unknown;
  /** What `JSON.stringify` takes: `name`, `message` and the fields above, without `cause`. */
  toJSON(): object;
}

/**
 * The one error of this package: every call rejects with it and with nothing else.
 *
 * It is a union discriminated by `code`. No field of it, nor `stack`, `JSON.stringify` or the console's rendering,
 * holds a secret.
 *
 * @example
 * ```ts
 * try {
 *   await triggerEvent(loyalty, "facebook_like");
 * } catch (error) {
 *   if (!isLoyaltyError(error)) throw error;
 *   if (error.code === "limit_exceeded") show("Again tomorrow.");
 *   else if (error.outcome === "unknown") show("Not confirmed yet."); // never send it again blindly
 *   else show("That did not work.");
 * }
 * ```
 */
export type LoyaltyError = { [Code in ErrorCode]: LoyaltyErrorOf<Code> }[ErrorCode];

/**
 * The class, for `instanceof`. Prefer {@link isLoyaltyError}: `instanceof` fails when a page holds two copies of the
 * package, or when the error comes from another realm.
 */
export const LoyaltyError: {
  readonly prototype: LoyaltyError;
  [Symbol.hasInstance](value: unknown): value is LoyaltyError;
};

/**
 * Whether `value` is a {@link LoyaltyError}, from this copy of the package or another, and, if `code` is given,
 * whether it has that code. Never throws.
 *
 * @example
 * ```ts
 * if (isLoyaltyError(error, "rate_limited")) await sleep(error.retryAfterMs ?? 5_000);
 * ```
 */
export function isLoyaltyError(value: unknown): value is LoyaltyError;
export function isLoyaltyError<Code extends ErrorCode>(value: unknown, code: Code): value is LoyaltyErrorOf<Code>;
