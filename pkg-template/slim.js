import { connect } from "./client.js";
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
} = connect((source) => {
  if (source == null) throw new Error("earnkit/slim loads nothing by itself: call init(source) first");
  return compile(source);
});
