import type { Credentials, CustomerStatus, Tokens } from "./types/customer.js";
import type { Estimator, EstimatorOptions } from "./types/estimate.js";
import type { Gateway, GatewayAwardOptions, GatewayCommitmentOptions } from "./types/gateway.js";
import type { WasmSource } from "./types/host.js";
import type { Commitment, NewCommitment, NewUser, User } from "./types/koomalooma.js";
import type { AwardOptions, Koomalooma, OpenLoyalty, OpenLoyaltyServer, ReadOptions } from "./types/options.js";
import type { EarningRule, EarningRules } from "./types/rules.js";

export type * from "./types/customer.js";
export * from "./types/errors.js";
export type * from "./types/estimate.js";
export type * from "./types/gateway.js";
export type * from "./types/host.js";
export type * from "./types/koomalooma.js";
export type * from "./types/options.js";
export type * from "./types/rules.js";

/**
 * Lists the earning rules that are in use now, and what the customer has used of them.
 *
 * Open Loyalty: `GET /api/<storeCode>/customer/earningRule`. Through a gateway: `GET earning-rules`; the rules then
 * come without `usageUrl` and `code`, and `usages` is `null` for a guest.
 *
 * @throws {LoyaltyError} Always with the outcome `not_applied`.
 * @example
 * ```ts
 * const { earningRules, currency } = await listEarningRules({ gatewayUrl: "/loyalty" });
 * ```
 */
export function listEarningRules(openLoyalty: OpenLoyalty | Gateway, options?: ReadOptions): Promise<EarningRules>;

/**
 * Reports that the customer did what a `custom_event` rule pays for, and returns the points that were booked.
 *
 * Through a gateway: `POST events/<eventName>`, sent again under the same `idempotencyKey` until the answer is final; the
 * gateway books it once.
 *
 * Open Loyalty: `POST /api/<storeCode>/customer/earningRule/<eventName>`. Each success books points; the server can't
 * recognise a repeated request, so it is handed to `fetch` once; only after a 401 once more, with a new token. A browser
 * sends a POST again by itself when a connection that was used before, if only for a preflight request, drops before
 * the first byte of the answer, which no page can prevent.
 *
 * On the outcome `unknown`, list the rules again and compare the customer's own `usages`; do not send it again, unless
 * through a gateway with the error's `idempotencyKey`.
 *
 * @param eventName The rule's `eventName`, 1 to 255 characters. Open Loyalty 3.x creates only `[a-z0-9_.]+`.
 * @throws {LoyaltyError} `event_unavailable` when there is no such event for this customer now: no rule, not the
 * customer's level, or a customer who may not earn. `limit_exceeded` when the rule's limit is used up.
 * @example
 * ```ts
 * const { points } = await triggerEvent({ gatewayUrl: "/loyalty" }, "facebook_like");
 * ```
 */
export function triggerEvent(
  gateway: Gateway,
  eventName: string,
  options?: GatewayAwardOptions,
): Promise<{ points: number }>;
export function triggerEvent(
  openLoyalty: OpenLoyalty | Gateway,
  eventName: string,
  options?: AwardOptions,
): Promise<{ points: number }>;

/**
 * Reads the customer's points and level. The customer is the `id` in the token's payload.
 *
 * Open Loyalty: `GET /api/<storeCode>/customer/<customerId>/status`. With a store code in its path this is not
 * verified against a real server; without (`pathStyle: "legacy"`) it is read from the source of 3.2.0. Through a
 * gateway: `GET status`, of the customer that the gateway has identified.
 *
 * @throws {LoyaltyError} Always with the outcome `not_applied`. `invalid_input` when the token is opaque.
 * @example
 * ```ts
 * const { points, levelName } = await getCustomerStatus(loyalty);
 * ```
 */
export function getCustomerStatus(openLoyalty: OpenLoyalty | Gateway, options?: ReadOptions): Promise<CustomerStatus>;

/**
 * Signs a customer in.
 *
 * Open Loyalty: `POST /api/<storeCode>/customer/login_check`. With a store code in its path this is not verified
 * against a real server. A login may fire the rule for `oloy.customer.logged_in`, so it is sent once.
 *
 * @throws {LoyaltyError} `unauthorized` for a wrong name or password.
 * @example
 * ```ts
 * const { token } = await login({ baseUrl: "https://loyalty.example.com" }, { username, password });
 * ```
 */
export function login(server: OpenLoyaltyServer, credentials: Credentials, options?: AwardOptions): Promise<Tokens>;

/**
 * Exchanges a refresh token for new tokens.
 *
 * Open Loyalty: `POST /api/<storeCode>/token/refresh`. It counts as a login on the server, may fire a login rule and
 * may make the old refresh token invalid, so it is sent once. With a store code in its path this is not verified
 * against a real server.
 *
 * @throws {LoyaltyError} `unauthorized` when the refresh token is unknown or expired.
 * @example
 * ```ts
 * const { token, refreshToken } = await refreshTokens(server, session.refreshToken);
 * ```
 */
export function refreshTokens(server: OpenLoyaltyServer, refreshToken: string, options?: AwardOptions): Promise<Tokens>;

/**
 * Enrols a customer with koomalooma. Without `user` no body is sent.
 *
 * koomalooma Partner API 1.0: `POST /users`. For servers and edge workers. Handed to `fetch` once. Through a gateway:
 * `POST users`, for the customer that the gateway has identified, so `user` is left out; sent again under the same
 * `idempotencyKey` until the answer is final.
 *
 * @throws {LoyaltyError} `invalid_input` in a page or a browser's worker, unless `dangerouslyAllowBrowser`.
 * @example
 * ```ts
 * const koomalooma = { apiKey: env.KOOMALOOMA_JWT };
 * const user = await createUser(koomalooma, { partnerId, partnerUserId, userSessionId });
 * ```
 */
export function createUser(gateway: Gateway, user?: undefined, options?: GatewayAwardOptions): Promise<User>;
export function createUser(koomalooma: Koomalooma, user?: NewUser, options?: AwardOptions): Promise<User>;

/**
 * Assigns points to a koomalooma user for a transaction.
 *
 * koomalooma Partner API 1.0: `POST /users/{user_id}/commitments`. For servers and edge workers. Handed to `fetch`
 * once: the vendor documents neither an idempotency key nor a way to look a commitment up, so keep a record of the
 * order before the call, and settle an `unknown` outcome with the vendor. Through a gateway:
 * `POST users/<userId>/commitments`, sent again until the answer is final, under a key that the store makes of the order;
 * the gateway wants its server credential in `headers`.
 *
 * @param userId The vendor does not document which id it means by `user_id`: `User` carries `partnerUserId` and no
 * id of its own. Ask koomalooma. 1 to 255 characters.
 * @throws {LoyaltyError} `invalid_input` in a page or a browser's worker, unless `dangerouslyAllowBrowser`.
 * @example
 * ```ts
 * const commitment = await assignPoints(koomalooma, userId, {
 *   campaignId: "spring",
 *   transactionValue: "24.90",
 *   promotionGoalDescription: "Order 1042",
 *   promotionGoalCategory: "order",
 * });
 * ```
 */
export function assignPoints(
  gateway: Gateway,
  userId: string,
  commitment: NewCommitment,
  options: GatewayCommitmentOptions,
): Promise<Commitment>;
export function assignPoints(
  koomalooma: Koomalooma,
  userId: string,
  commitment: NewCommitment,
  options?: AwardOptions,
): Promise<Commitment>;

/**
 * Makes an estimator of earning rules: it computes what an Open Loyalty 3.2 server would book for a cart, to the cent.
 * The package's `docs/estimating.md` tells how the server computes, surprises included.
 *
 * What the server adds on top of its rules for a purchase is not in it: points for a first purchase, or for those who
 * brought the customer. Nor is whether the customer's status may earn at all.
 *
 * @param rules What {@link listEarningRules} returned, or the list in it; also after `JSON.stringify` or
 * `structuredClone`. What happens to it later does not matter.
 * @throws {LoyaltyError} `invalid_input` with a `field` such as `rules.earningRules[3].pointValue`, or `load_failed`.
 * @example
 * ```ts
 * const rules = await listEarningRules(loyalty);
 * const estimator = await createEstimator(rules);
 * show(`${estimator.estimate({ items: [{ sku: "mug", grossValue: 24.9 }] }).points} points`);
 * ```
 */
export function createEstimator(
  rules: EarningRules | readonly EarningRule[],
  options?: EstimatorOptions,
): Promise<Estimator>;

/**
 * Loads the WebAssembly ahead of the first call, or from another place. Optional: the first call does it. Concurrent
 * calls share one load; a failed load can be tried again; once it is loaded, a further `source` is ignored. What has
 * not come after 30 s, be it a download or a promise, has failed.
 *
 * `earnkit/slim` loads nothing by itself and needs a `source`; `earnkit/js` has nothing to load and ignores it.
 *
 * @throws {LoyaltyError} `load_failed`.
 * @example
 * ```ts
 * await init(new URL("/assets/earnkit.wasm", location.href));
 * ```
 */
export function init(source?: WasmSource | Promise<WasmSource>): Promise<void>;
