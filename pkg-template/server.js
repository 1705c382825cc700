import { connect } from "./client.js";
import { compile, fromInline } from "./load.js";

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
} = connect((source) => (source == null ? fromInline() : compile(source)));
