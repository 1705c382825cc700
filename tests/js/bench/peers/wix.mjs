// Two calls of another loyalty vendor, by its own SDK: the earning rules, and points earned.
import { accounts, earningRules } from "@wix/loyalty";
import { createClient, OAuthStrategy } from "@wix/sdk";

export function connect({ clientId }) {
  const wix = createClient({ modules: { accounts, earningRules }, auth: OAuthStrategy({ clientId }) });
  return {
    listEarningRules: () => wix.earningRules.listEarningRules(),
    earnPoints: (account, options) => wix.accounts.earnPoints(account, options),
  };
}
