import { connect } from "./client.js";
import { compile, fromFile } from "./load.js";

export { isLoyaltyError, LoyaltyError } from "./error.js";
export const {
  assignPoints,
  createEstimator,
  createUser,
  getCustomerStatus,
  init,
  listEarningRules,
  login,
  refreshTokens,
  triggerEvent,
} = connect((source) =>
  // Literally this expression: bundlers look for it.
  source == null ? fromFile(() => new URL("./earnkit.wasm", import.meta.url)) : compile(source),
);
