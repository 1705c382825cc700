import { connect } from "../client.js";

export { isLoyaltyError, LoyaltyError } from "../error.js";
// There is nothing to load, so that a source for it has no use.
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
} = connect(() => {});
