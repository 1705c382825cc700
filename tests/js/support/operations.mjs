// The seven calls, each with arguments that the sandbox grants.
import * as earnkit from "earnkit";

import { startSandbox } from "./sandbox.mjs";

export const READS = ["listEarningRules", "getCustomerStatus"];
export const AWARDS = ["createUser", "assignPoints", "triggerEvent", "login", "refreshTokens"];
export const OPERATIONS = [...READS, ...AWARDS];
export const isRead = (operation) => READS.includes(operation);

/** The status that the vendor documents for success. */
export const documentedStatus = (operation) => (["createUser", "assignPoints"].includes(operation) ? 201 : 200);

export const credentials = { username: "anna@example.com", password: "password" };
export const newUser = { partnerId: "sandbox-shop", partnerUserId: "customer-1042", userSessionId: "session-7" };
export const newCommitment = {
  campaignId: "sandbox-campaign",
  transactionValue: "24.90",
  promotionGoalDescription: "Order 1042",
  promotionGoalCategory: "order",
};

/** The arguments of each call between the first, which names the server, and the options. */
export const ARGUMENTS = {
  listEarningRules: [],
  getCustomerStatus: [],
  createUser: [newUser],
  assignPoints: ["customer-1042", newCommitment],
  triggerEvent: ["photo.shared"],
  login: [credentials],
  refreshTokens: ["refresh-token"],
};

/** A token that names a customer, for servers that do not check it. */
export const unsignedToken = (id = "anna") =>
  `header.${Buffer.from(JSON.stringify({ id })).toString("base64url")}.signature`;

/** A server for each call that need not exist: `fetch` stands for it. */
export function serversBehind(fetch, baseUrl = "https://loyalty.example") {
  const server = { baseUrl, fetch };
  const partner = { apiKey: "partner-key", baseUrl, fetch };
  const customer = { ...server, token: unsignedToken() };
  return {
    listEarningRules: customer,
    getCustomerStatus: customer,
    triggerEvent: customer,
    login: server,
    refreshTokens: server,
    createUser: partner,
    assignPoints: partner,
  };
}

/** An answer that every call takes for a success. */
export const successOf = (operation) =>
  Response.json(
    { earningRules: [], points: 5, token: "jwt", refresh_token: "refresh", id: "1", partner_user_id: "customer-1042" },
    { status: documentedStatus(operation) },
  );

/**
 * A sandbox with Anna signed in, and the calls bound to it: `calls.triggerEvent(options, server)`. `reset` brings the
 * sandbox back to its seed and signs her in again.
 */
export async function startCalls() {
  const sandbox = await startSandbox();
  const tokens = await earnkit.login({ baseUrl: sandbox.url }, credentials);
  const partner = { apiKey: "sandbox-partner-key", baseUrl: `${sandbox.url}/koomalooma/api` };
  const servers = { ...serversBehind(undefined, sandbox.url), createUser: partner, assignPoints: partner };
  const calls = {};
  for (const operation of OPERATIONS) {
    const server = servers[operation];
    calls[operation] = (options, change) => {
      const args = operation === "refreshTokens" ? [tokens.refreshToken] : ARGUMENTS[operation];
      const token = "token" in server && { token: tokens.token };
      return earnkit[operation]({ ...server, ...token, ...change }, ...args, options);
    };
  }
  const reset = async () => {
    await sandbox.reset();
    Object.assign(tokens, await earnkit.login({ baseUrl: sandbox.url }, credentials));
  };
  return { sandbox, calls, reset };
}

/** The error that a call fails with, and what the sandbox was asked and booked meanwhile. */
export async function failureOf(sandbox, call) {
  const [lastBooked, lastRequest] = (await look(sandbox)).map((list) => list.at(-1)?.sequence ?? 0);
  const error = await call().then(
    (value) => Promise.reject(new Error(`it succeeded: ${JSON.stringify(value)}`)),
    (thrown) => thrown,
  );
  if (!earnkit.isLoyaltyError(error)) throw error;
  const [ledger, requests] = await look(sandbox);
  return {
    error,
    booked: ledger.filter(({ sequence }) => sequence > lastBooked),
    requests: requests.filter(({ sequence }) => sequence > lastRequest),
  };
}

const look = (sandbox) => Promise.all([sandbox.ledger(), sandbox.requests()]);

/** The id in a token. */
export const customerIdIn = (token) => JSON.parse(Buffer.from(token.split(".")[1], "base64url")).id;
