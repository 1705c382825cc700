// What is known of a call that failed, by code and outcome.

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
