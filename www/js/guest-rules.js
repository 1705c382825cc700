// Open Loyalty shows its rules to customers only. For guests the shop reads them with an account of its own and
// takes out what belongs to that account or to nobody's screen.

/** Returns a function that reads the rules for a guest. */
export function createGuestRules(earnkit, openLoyaltyServer, account) {
  let token = null;

  async function read(onAttempt) {
    token ??= (await earnkit.login(openLoyaltyServer, account, { onAttempt })).token;
    return earnkit.listEarningRules({ ...openLoyaltyServer, token }, { onAttempt });
  }

  return async function guestRules(onAttempt) {
    let rules;
    try {
      rules = await read(onAttempt);
    } catch (error) {
      if (token === null || !earnkit.isLoyaltyError(error, "unauthorized")) throw error;
      token = null;
      rules = await read(onAttempt);
    }
    return { ...rules, earningRules: rules.earningRules.map(forGuests) };
  };
}

function forGuests(rule) {
  const shown = { ...rule, usages: null };
  delete shown.usageUrl;
  delete shown.code;
  return shown;
}
