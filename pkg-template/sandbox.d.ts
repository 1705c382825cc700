import type { HostRequestInit, HostResponse, UrlLike } from "./types/host.js";

/** How a sandbox starts. What does not fit is a `TypeError` that names the option. */
export interface SandboxOptions {
  /**
   * Gives the time, in milliseconds since 1970. `POST /sandbox/clock` moves the sandbox's clock on top of it.
   *
   * @default Date.now
   */
  now?: (() => number) | undefined;
  /**
   * The same seed gives the same ids. An integer from 0 to 4,294,967,295.
   *
   * @default 0
   */
  seed?: number | undefined;
  /**
   * What {@link Sandbox.state} gave, to go on from there. A text that is no such thing is refused at the call; one that
   * only looks like it, such as another version's, by the first request.
   */
  state?: string | undefined;
}

/** An Open Loyalty and a koomalooma server in memory. */
export interface Sandbox {
  /** The `baseUrl` of the Open Loyalty server, for both path styles; its store code is `DEFAULT`. */
  readonly baseUrl: "https://sandbox.invalid";
  /** The `baseUrl` of the koomalooma server; its API key is `sandbox-partner-key`. */
  readonly koomaloomaBaseUrl: "https://sandbox.invalid/koomalooma/api";
  /**
   * Answers as the two servers would, without a network. Takes what the host's `fetch` takes; an address without an
   * origin is the sandbox's. Needs no `this`.
   *
   * Besides the servers' own paths it answers under `/sandbox/`:
   *
   * | request | does |
   * |---|---|
   * | `GET /sandbox/ledger` | `{ entries }`: everything that was booked |
   * | `GET /sandbox/requests` | `{ requests }`: the last 1,000 requests |
   * | `POST /sandbox/faults` | adds a {@link Fault}; `GET` lists those that wait, `DELETE` clears them |
   * | `POST /sandbox/clock` | `{ "advanceSeconds": 3600 }` or `{ "now": "2026-12-24T18:00:00Z" }` |
   * | `POST /sandbox/customers` | `{ "email", "active"?, "status"?, "level"? }`: changes a customer |
   * | `POST /sandbox/rules` | `{ "eventName", "pointsAmount", "limit"? }`: adds a rule for a custom event |
   * | `POST /sandbox/reset` | back to the seed |
   *
   * The shop's own systems book purchases with `POST /api/transaction`, with a token from `/api/admin/login_check`
   * (`admin`, `open`).
   *
   * Faults behave as on a real connection: a drop rejects with a `TypeError`, a stall settles only when the request's
   * signal aborts.
   *
   * @example
   * ```ts
   * const fault = { fault: "apply_then_drop", method: "POST" };
   * await sandbox.fetch("/sandbox/faults", { method: "POST", body: JSON.stringify(fault) });
   * ```
   */
  fetch(input: string | UrlLike | { readonly url: string }, init?: HostRequestInit): Promise<HostResponse>;
  /** Everything that the sandbox knows, for {@link SandboxOptions.state}. Good for this version of the package only. */
  state(): Promise<string>;
}

/** What goes wrong with the next requests: the body of `POST /sandbox/faults`. */
export interface Fault {
  /**
   * - `delay`: the answer is late by `delayMs`.
   * - `status`: another status.
   * - `drop_before`: the connection closes; the server did nothing.
   * - `apply_then_drop`: the connection closes before the first byte of the answer; the server did it.
   * - `stall_headers`: not a byte of an answer, and the connection stays open.
   * - `stall_body`: the answer stops in the middle, and the connection stays open.
   * - `truncate`: the answer stops in the middle, and the connection closes.
   * - `html`: a page with status 200, as a captive portal sends it.
   * - `oversize`: JSON with blanks behind it, in pieces and without a `Content-Length`.
   * - `redirect`: to another address.
   */
  fault:
    | "delay"
    | "status"
    | "drop_before"
    | "apply_then_drop"
    | "stall_headers"
    | "stall_body"
    | "truncate"
    | "html"
    | "oversize"
    | "redirect";
  /**
   * For how many matching requests.
   *
   * @default 1
   */
  count?: number;
  /** Only requests with this method. */
  method?: string;
  /** Only requests whose path holds this text. */
  path?: string;
  /** In milliseconds; goes with every fault. */
  delayMs?: number;
  /**
   * The status of `status` (by default 503) and `html` (by default 200).
   */
  status?: number;
  /** The `Retry-After` header of `status`: seconds or a date. */
  retryAfter?: number | string;
  /** The body of `status` and `html`: a text is sent as it is, anything else as JSON. */
  body?: unknown;
  /** The content type of `status` (by default JSON) and `html`. */
  contentType?: string;
  /** Where `redirect` points. */
  location?: string;
  /**
   * The status of `redirect`.
   *
   * @default 302
   */
  redirectStatus?: 301 | 302 | 303 | 307 | 308;
  /**
   * How much of the body `stall_body` and `truncate` send (by default half of it), or the size of `oversize` (by
   * default 9 MiB).
   */
  bytes?: number;
  /**
   * Whether the server does what it was asked. Only `status`, `html`, `redirect` (by default false) and
   * `stall_headers` (by default true) leave a choice.
   */
  applied?: boolean;
}

/**
 * Starts a sandbox: the shop "Kubek & Co" with its earning rules, on both servers. Customers are `anna@example.com`
 * (level Silver) and `jan@example.com` (level Gold), both with the password `password`; the koomalooma partner is
 * `sandbox-shop`, its campaign `sandbox-campaign`.
 *
 * The wasm is loaded with the first request, from a module of its own: a page that never calls this never loads it.
 * A page under a content security policy needs `'wasm-unsafe-eval'`.
 *
 * @throws {TypeError} For an option that is not what {@link SandboxOptions} says.
 * @example
 * ```ts
 * import { listEarningRules, login } from "earnkit";
 * import { createSandbox } from "earnkit/sandbox";
 *
 * const { baseUrl, fetch } = createSandbox();
 * const { token } = await login({ baseUrl, fetch }, { username: "anna@example.com", password: "password" });
 * const { earningRules } = await listEarningRules({ baseUrl, fetch, token });
 * ```
 */
export function createSandbox(options?: SandboxOptions): Sandbox;
