// What a visitor is told when a call fails. The sentence helps; the code and the outcome are for whoever is asked.
import { number, plural } from "./format.js";

const SENTENCES = {
  limit_exceeded: "You've already used this as often as it allows.",
  event_unavailable: "This isn't open to you right now. The list may have changed since you opened the page.",
  unauthorized: "Your session has ended. Sign in again to go on.",
  forbidden: "Your account isn't allowed to do this.",
  not_found: "The loyalty server doesn't know this address.",
  network: "We can't reach the loyalty server. Check your connection.",
  timeout: "The loyalty server didn't answer in time.",
  aborted: "This was stopped before it was done.",
  server_error: "The loyalty server has a problem at the moment.",
  rejected: "The loyalty server didn't accept this.",
  conflict: "The loyalty server is still busy with an earlier request.",
  redirected: "The answer came from the wrong place, so we didn't follow it.",
  invalid_response: "The answer of the loyalty server made no sense.",
  invalid_input: "The shop sent something that can't be right.",
  load_failed: "A part of this page could not be loaded.",
  token_failed: "We couldn't renew your session.",
  internal: "Something went wrong on this page.",
};

/** Calls between a loyalty server and the shop: it is the shop's access that is refused, and the shop's line. */
const SERVER_OF_SHOP = { createUser: "koomalooma", assignPoints: "koomalooma", bookPurchase: "Open Loyalty" };

function explainToCustomer(code, server) {
  switch (code) {
    case "unauthorized":
    case "forbidden":
    case "token_failed":
      return `The shop's access to ${server} doesn't work at the moment.`;
    case "network":
      return `The shop lost its connection to ${server}.`;
    case "timeout":
      return `${server} didn't answer in time.`;
    case "server_error":
      return `${server} has a problem at the moment.`;
    default:
      return null;
  }
}

/** The sentence for a `LoyaltyError`, or for its public fields as the shop's server passes them on. */
export function explainProblem(error) {
  const server = SERVER_OF_SHOP[error.operation];
  if (error.code === "rate_limited") return `Too many requests. ${comeBack(error.retryAfterMs)}`;
  return (server && explainToCustomer(error.code, server)) || SENTENCES[error.code] || "Something went wrong.";
}

function comeBack(retryAfterMs) {
  if (retryAfterMs === undefined) return "Try again in a moment.";
  const seconds = Math.ceil(retryAfterMs / 1000);
  return `Try again in ${number(seconds)} ${plural(seconds, "second", "seconds")}.`;
}

/** "limit_exceeded · not_applied", set in small beside the sentence. */
export const problemCode = ({ code, outcome }) => [code, outcome].filter(Boolean).join(" · ");

/** Which fields of a `LoyaltyError` cross from the shop's server to its page. */
export function publicFields(error) {
  const { code, outcome, operation, status, retryAfterMs, attempts, field, message } = error;
  return { code, outcome, operation, status, retryAfterMs, attempts, field, message };
}

/** The public fields of a `LoyaltyError` that the shop met, and the order that stands all the same, if any. */
export class ShopProblem extends Error {
  constructor(problem, order) {
    super(problem.message ?? problem.code);
    this.problem = problem;
    this.order = order;
  }
}

/** Anything else is a defect of this page; it still has to be shown as something. */
export function asProblem(error, isLoyaltyError) {
  if (isLoyaltyError(error)) return error;
  if (error instanceof ShopProblem) return error.problem;
  console.error(error);
  return { code: "internal", outcome: "unknown" };
}
