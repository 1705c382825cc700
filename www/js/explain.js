// What a visitor is told when a call fails. The sentence helps; the code and the outcome are for whoever is asked.
import { describeError } from "../earnkit.js";

/** Calls between a loyalty server and the shop: it is the shop's access that is refused, and the shop's line. */
const SERVER_OF_SHOP = { createUser: "koomalooma", assignPoints: "koomalooma", bookPurchase: "Open Loyalty" };

function explainToCustomer(code, server) {
  switch (code) {
    case "unauthorized":
    case "forbidden":
    case "misconfigured":
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
  return (server && explainToCustomer(error.code, server)) || describeError(error, { lang: "en-GB" });
}
