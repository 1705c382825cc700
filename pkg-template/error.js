/** Marks errors of every copy of this package, in every realm. */
const brand = Symbol.for("earnkit.LoyaltyError");

/** The code in words, because a text for each of them would weigh more than all else in this file. */
function describe({ operation, code, outcome, status, field, advice, serverMessage }) {
  let message = `${operation}: ${code.replaceAll("_", " ")}${status ? `, status ${status}` : ""}.`;
  if (advice) message += field ? ` ${field} must be ${advice}.` : ` ${advice}.`;
  if (serverMessage) message += ` The server says: ${serverMessage}`;
  if (outcome !== "not_applied") message += outcome === "applied" ? " It was applied." : " It may have been applied.";
  return message;
}

export class LoyaltyError extends Error {
  // Stays when a bundler shortens the class's name, which consoles show.
  static name = "LoyaltyError";

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

export function isLoyaltyError(value, code) {
  try {
    return value[brand] === true && (code === undefined || value.code === code);
  } catch {
    return false;
  }
}
