import { connect } from "./client.js";
import { fromFile } from "./load.js";

export { isLoyaltyError, LoyaltyError } from "./error.js";
// Literally this expression: bundlers look for it.
export const {
  assignPoints,
  createUser,
  getCustomerStatus,
  init,
  listEarningRules,
  login,
  refreshTokens,
  triggerEvent,
} = connect(() => fromFile(new URL("./earnkit.wasm", import.meta.url)));
