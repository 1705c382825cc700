import { connect } from "./client.js";
import wasm from "./earnkit.wasm";
import { compile } from "./load.js";

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
} = connect((source) => compile(source ?? wasm));
