// How an error is told apart.

import type { ErrorCode, LoyaltyErrorOf, Operation, Outcome } from "earnkit";
import { isLoyaltyError, LoyaltyError } from "earnkit";
import { exactly, type Same } from "./same.mjs";

declare const thrown: unknown;
declare const code: ErrorCode;

if (isLoyaltyError(thrown)) {
  exactly<Same<typeof thrown, LoyaltyError>>();
  const plain: Error = thrown;
  exactly<Same<typeof thrown.code, ErrorCode>>();
  exactly<Same<typeof thrown.outcome, Outcome>>();
  exactly<Same<typeof thrown.operation, Operation>>();
  exactly<Same<typeof thrown.attempts, number>>();
  exactly<Same<typeof thrown.status, number | undefined>>();
  exactly<Same<typeof thrown.cause, unknown>>();
  exactly<Same<typeof thrown.idempotencyKey, string | undefined>>();
  plain.message;
  switch (thrown.code) {
    case "limit_exceeded":
      exactly<Same<typeof thrown.outcome, "not_applied">>();
      break;
    case "server_error":
      exactly<Same<typeof thrown, LoyaltyErrorOf<"server_error">>>();
      exactly<Same<typeof thrown.outcome, Outcome>>();
      break;
    default:
      // @ts-expect-error: that one is done
      thrown.code === "limit_exceeded";
  }
  // @ts-expect-error: no such code
  thrown.code === "limit_exceded";
  // @ts-expect-error: an error is read-only
  thrown.outcome = "applied";
}

if (isLoyaltyError(thrown, "rate_limited")) {
  exactly<Same<typeof thrown, LoyaltyErrorOf<"rate_limited">>>();
  // Through a gateway it may follow an attempt whose fate is unknown.
  exactly<Same<typeof thrown.outcome, Outcome>>();
  const wait: number = thrown.retryAfterMs ?? 1_000;
  wait.toFixed();
} else {
  exactly<Same<typeof thrown, unknown>>();
}

if (isLoyaltyError(thrown, code)) thrown.operation;
if (thrown instanceof LoyaltyError) exactly<Same<typeof thrown, LoyaltyError>>();

// @ts-expect-error: nothing is known of it yet
thrown.code;
// @ts-expect-error: no such code
isLoyaltyError(thrown, "teapot");
