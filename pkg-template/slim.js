import { connect } from "./client.js";

export { isLoyaltyError, LoyaltyError } from "./error.js";
export const {
  assignPoints,
  createUser,
  getCustomerStatus,
  init,
  listEarningRules,
  login,
  refreshTokens,
  triggerEvent,
} = connect(() => {
  throw new Error("earnkit/slim loads nothing by itself: call init(source) first");
});
