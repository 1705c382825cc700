/** Marks errors of every copy of this package, in every realm. */
const brand = Symbol.for("earnkit.LoyaltyError");

const explanations = {
  invalid_input: "An argument is not usable; nothing was sent.",
  load_failed: "The WebAssembly could not be loaded.",
  token_failed: "The token function failed.",
  unauthorized: "The server does not accept the credential.",
  forbidden: "The server forbids this call.",
  not_found: "The server does not know this address.",
  event_unavailable: "There is no such event for this customer now.",
  limit_exceeded: "The customer has used up the limit.",
  rejected: "The server refused.",
  timeout: "No complete answer came in time.",
  conflict: "The server reports a conflict.",
  rate_limited: "The server asks to slow down.",
  server_error: "The server failed.",
  redirected: "The server redirected; redirects are never followed.",
  network: "The connection failed.",
  aborted: "The call was aborted.",
  invalid_response: "The answer breaks the contract.",
  internal: "A defect of earnkit.",
};

function describe({ operation, code, outcome, status, field, advice, serverMessage }) {
  let message = `${operation}: ${explanations[code] ?? code}`;
  if (status) message += ` Status ${status}.`;
  if (advice) message += field ? ` ${field} must be ${advice}.` : ` ${advice}.`;
  if (serverMessage) message += ` The server says: ${serverMessage}`;
  if (outcome !== "not_applied") message += outcome === "applied" ? " It was applied." : " It may have been applied.";
  return message;
}

export class LoyaltyError extends Error {
  constructor(details, cause) {
    super(describe(details), cause === undefined ? undefined : { cause });
    const { advice, network, ...fields } = details;
    Object.assign(this, fields);
  }

  toJSON() {
    return { name: this.name, message: this.message, ...this };
  }
}

Object.defineProperties(LoyaltyError.prototype, {
  name: { value: "LoyaltyError", configurable: true, writable: true },
  [brand]: { value: true },
});

export const isLoyaltyError = (value, code) =>
  typeof value === "object" && value?.[brand] === true && (code === undefined || value.code === code);
