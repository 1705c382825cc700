// What a store's code may and may not write, in every environment. Never run, only checked.

import type {
  Attempt,
  AwardOptions,
  CallOptions,
  Commitment,
  CustomerStatus,
  EarningRules,
  Gateway,
  GatewayAwardOptions,
  GatewayCommitmentOptions,
  Koomalooma,
  NewCommitment,
  NewUser,
  OpenLoyalty,
  OpenLoyaltyServer,
  ReadOptions,
  Tokens,
  User,
} from "earnkit";
import {
  assignPoints,
  createUser,
  getCustomerStatus,
  init,
  listEarningRules,
  login,
  refreshTokens,
  triggerEvent,
} from "earnkit";
import { exactly, type Same } from "./same.mjs";

declare const maybe: string | undefined;
declare const options: CallOptions;
declare const readOptions: ReadOptions;
declare const awardOptions: AwardOptions;
declare const gatewayOptions: GatewayAwardOptions;
declare const commitmentOptions: GatewayCommitmentOptions;
declare const either: OpenLoyalty | Gateway;

const server: OpenLoyaltyServer = { baseUrl: "https://loyalty.example.com" };
const loyalty: OpenLoyalty = { ...server, storeCode: "DEFAULT", pathStyle: "legacy", token: "jwt" };
const koomalooma: Koomalooma = { apiKey: "key", baseUrl: "https://partner.example/api", dangerouslyAllowBrowser: true };
const gateway: Gateway = { gatewayUrl: "/loyalty" };
const user: NewUser = { partnerId: "shop", partnerUserId: "anna", userSessionId: "s1" };
const commitment: NewCommitment = {
  campaignId: "spring",
  transactionValue: "24.90",
  promotionGoalDescription: "Order 1042",
  promotionGoalCategory: "order",
};

// Tokens come in every form.
const tokens: OpenLoyalty["token"][] = [
  "jwt",
  () => "jwt",
  () => null,
  () => maybe,
  async () => null,
  async (reason) => (reason === "expired" ? "fresh" : "jwt"),
];

// Results.
exactly<Same<Awaited<ReturnType<typeof createUser>>, User>>();
exactly<Same<Awaited<ReturnType<typeof assignPoints>>, Commitment>>();
exactly<Same<Awaited<ReturnType<typeof listEarningRules>>, EarningRules>>();
exactly<Same<Awaited<ReturnType<typeof triggerEvent>>, { points: number }>>();
exactly<Same<Awaited<ReturnType<typeof getCustomerStatus>>, CustomerStatus>>();
exactly<Same<Awaited<ReturnType<typeof login>>, Tokens>>();
exactly<Same<Awaited<ReturnType<typeof refreshTokens>>, Tokens>>();
exactly<Same<Awaited<ReturnType<typeof init>>, void>>();

// Options that are not set may be written as `undefined`, also under exactOptionalPropertyTypes.
createUser(koomalooma);
createUser(koomalooma, undefined, { timeoutMs: undefined, signal: undefined });
createUser(koomalooma, user, options);
assignPoints(koomalooma, "anna", commitment, awardOptions);
listEarningRules(loyalty);
listEarningRules({ ...server, storeCode: maybe, token: () => maybe });
listEarningRules(loyalty, options);
listEarningRules(loyalty, { onAttempt: (attempt) => exactly<Same<typeof attempt, Attempt>>() });
triggerEvent(loyalty, "facebook_like", { ...awardOptions, timeoutMs: 5_000, maxResponseBytes: 1024 });
triggerEvent(loyalty, "facebook_like", options);
getCustomerStatus(loyalty, { totalTimeoutMs: 10_000 });
login(server, { username: "anna@example.com", password: "password" }, awardOptions);
login(loyalty, { username: "anna@example.com", password: "password" });
refreshTokens(server, "refresh");
init();
init("/earnkit.wasm");
init(new Uint8Array(8));
init(new ArrayBuffer(8));

// A gateway stands in place of a server.
listEarningRules(gateway, readOptions);
listEarningRules({ gatewayUrl: "/loyalty", credentials: "include", headers: { "X-Shop": "1" } }, { retries: 0 });
getCustomerStatus({ gatewayUrl: "/loyalty", headers: () => ({ Authorization: "Bearer x" }) });
listEarningRules({ gatewayUrl: "/loyalty", headers: async () => null, fetch: undefined });
listEarningRules(either, readOptions);
triggerEvent(gateway, "facebook_like");
triggerEvent(gateway, "facebook_like", { retries: 0, idempotencyKey: "k", timeoutMs: 5_000 });
triggerEvent(gateway, "facebook_like", { ...gatewayOptions, idempotencyKey: maybe });
triggerEvent(either, "facebook_like", options);
createUser(gateway);
createUser(gateway, undefined, gatewayOptions);
assignPoints(gateway, "anna", commitment, { idempotencyKey: "order-1042" });
assignPoints(gateway, "anna", commitment, commitmentOptions);

// Keys that are absent stay absent.
exactly<Same<CustomerStatus["levelName"], string | undefined>>();
const full: Required<CustomerStatus> = {
  points: 1,
  lockedPoints: 0,
  usedPoints: 0,
  expiredPoints: 0,
  totalEarnedPoints: 1,
  levelName: "Gold",
  nextLevelName: "Platinum",
  pointsToNextLevel: 10,
  currency: "EUR",
};

// @ts-expect-error: an award is sent once
triggerEvent(loyalty, "facebook_like", { retries: 1 });
// @ts-expect-error: not even no retries can be asked for
triggerEvent(loyalty, "facebook_like", { retries: 0 });
// @ts-expect-error: a server can't deduplicate
triggerEvent(loyalty, "facebook_like", { idempotencyKey: "order-1042" });
// @ts-expect-error: options made for reads are not for awards
triggerEvent(loyalty, "facebook_like", readOptions);
// @ts-expect-error
createUser(koomalooma, user, { retries: 1 });
// @ts-expect-error
assignPoints(koomalooma, "anna", commitment, { idempotencyKey: "order-1042" });
// @ts-expect-error
assignPoints(koomalooma, "anna", commitment, readOptions);
// @ts-expect-error: a login may fire a rule
login(server, { username: "anna", password: "p" }, { retries: 1 });
// @ts-expect-error
refreshTokens(server, "refresh", { retries: 1 });
// @ts-expect-error: a read needs no key
listEarningRules(loyalty, { idempotencyKey: "k" });
// @ts-expect-error: no such option
listEarningRules(loyalty, { timeout: 5_000 });
// @ts-expect-error
listEarningRules(loyalty, { timeoutMs: "5s" });

// @ts-expect-error: a gateway knows who the customer is
createUser(gateway, user);
// @ts-expect-error: a key is made of the order
assignPoints(gateway, "anna", commitment);
// @ts-expect-error
assignPoints(gateway, "anna", commitment, gatewayOptions);
// @ts-expect-error: it may be a server, which can't tell a repeated award
triggerEvent(either, "facebook_like", { retries: 1 });
// @ts-expect-error: a server ignores them
triggerEvent(loyalty, "facebook_like", gatewayOptions);
// @ts-expect-error
assignPoints(koomalooma, "anna", commitment, commitmentOptions);
// @ts-expect-error: a gateway gives no tokens away
login(gateway, { username: "anna", password: "p" });
// @ts-expect-error
refreshTokens(gateway, "refresh");
// @ts-expect-error: a read needs no key
listEarningRules(gateway, { idempotencyKey: "k" });
// @ts-expect-error
listEarningRules({ gatewayUrl: "/loyalty", credentials: "cross-origin" });
// @ts-expect-error
listEarningRules({ gatewayUrl: "/loyalty", headers: { "X-Shop": 1 } });

// @ts-expect-error: no token
listEarningRules(server);
// @ts-expect-error: no address
listEarningRules({ token: "jwt" });
// @ts-expect-error: a partner's key is no customer's token
listEarningRules(koomalooma);
// @ts-expect-error: a customer's token is no partner's key
createUser(loyalty);
// @ts-expect-error
listEarningRules({ ...server, token: 5 });
// @ts-expect-error
listEarningRules({ ...server, token: "jwt", pathStyle: "v1" });
// @ts-expect-error: no event name
triggerEvent(loyalty);
// @ts-expect-error
triggerEvent(loyalty, 5);
// @ts-expect-error: a float would lose cents
assignPoints(koomalooma, "anna", { ...commitment, transactionValue: 24.9 });
// @ts-expect-error: the server's spelling
assignPoints(koomalooma, "anna", { campaign_id: "spring", transaction_value: "24.90" });
// @ts-expect-error: no campaign
assignPoints(koomalooma, "anna", { transactionValue: "1", promotionGoalDescription: "d", promotionGoalCategory: "c" });
// @ts-expect-error: all or nothing
createUser(koomalooma, { partnerId: "shop" });
// @ts-expect-error
login(server, { username: "anna" });
// @ts-expect-error: the server's spelling
login(server, { _username: "anna", _password: "p" });
// @ts-expect-error
refreshTokens(server);
// @ts-expect-error
init(5);

export { full, tokens };
