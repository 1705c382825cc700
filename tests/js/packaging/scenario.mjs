// What every runtime and every bundler's output runs: all seven calls against a sandbox over TCP, two that fail, and the
// estimator.
// It imports nothing, so that it runs wherever JavaScript does.

const CREDENTIALS = { username: "anna@example.com", password: "password" };
const USER = { partnerId: "sandbox-shop", partnerUserId: "customer-1042", userSessionId: "session-7" };
const COMMITMENT = {
  campaignId: "sandbox-campaign",
  transactionValue: "24.90",
  promotionGoalDescription: "Order 1042",
  promotionGoalCategory: "order",
};
const EVENT = "photo.shared";
const CART = {
  items: [
    { sku: "mug-classic", grossValue: 24.9 },
    { sku: "teapot-glass", grossValue: 40.1 },
  ],
  deliverySkus: [],
};
const RFC_3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}[+-]\d{2}:\d{2}$/;

/** The dates in a value, however deep. */
function datesIn(value) {
  if (typeof value === "string") return RFC_3339.test(value) ? [value] : [];
  return value === null || typeof value !== "object" ? [] : Object.values(value).flatMap(datesIn);
}

/** What is to be known of an error, from a call that has to fail. */
async function failureOf({ isLoyaltyError, LoyaltyError }, call) {
  try {
    return { succeeded: await call };
  } catch (error) {
    const { code, outcome, operation, status, field } = error;
    const isOurs = isLoyaltyError(error, code) && error instanceof LoyaltyError && error instanceof Error;
    return { isOurs, code, outcome, operation, status, field };
  }
}

/** What the estimator tells of a list of rules. */
async function estimatesOf({ createEstimator }, list) {
  const estimator = await createEstimator(list, { timeZone: "Europe/Warsaw" });
  const ruleOf = (event) => list.earningRules.find(({ eventName }) => eventName === event).earningRuleId;
  const { points, rules, rewards, assumptions } = estimator.estimate(CART);
  const likes = estimator.remaining(ruleOf("facebook_like"));
  const estimates = {
    points,
    rules: rules.map((rule) => [rule.name, rule.points]),
    rewards: rewards.length,
    assumptions,
    event: estimator.event(EVENT).points,
    birthday: estimator.remaining(ruleOf("profile.birthday")),
    likes: { limit: likes.limit, isReset: new Date(likes.resetsAt) > new Date() },
  };
  estimator.free();
  return estimates;
}

/** Makes the calls and tells what came of them; `inPage` where koomalooma's key would be seen by every visitor. */
export async function scenario(earnkit, sandboxUrl, { inPage = false } = {}) {
  const { login, refreshTokens, listEarningRules, triggerEvent, getCustomerStatus, createUser, assignPoints } = earnkit;
  await earnkit.init();

  const server = { baseUrl: sandboxUrl };
  const signedIn = await login(server, CREDENTIALS);
  const { token } = await refreshTokens(server, signedIn.refreshToken);
  const attempts = [];
  const openLoyalty = { ...server, token: async () => token };

  const usesOf = ({ earningRules }) => earningRules.find(({ eventName }) => eventName === EVENT).usages.length;
  const list = await listEarningRules(openLoyalty, {
    onAttempt: ({ route, status }) => attempts.push({ route, status }),
  });
  const before = await getCustomerStatus(openLoyalty);
  const { points } = await triggerEvent(openLoyalty, EVENT);
  const listAfter = await listEarningRules(openLoyalty);
  const status = await getCustomerStatus(openLoyalty);
  const unavailable = await failureOf(earnkit, triggerEvent(openLoyalty, "no.such.event"));

  const partner = { apiKey: "sandbox-partner-key", baseUrl: `${sandboxUrl}/koomalooma/api` };
  const refused = inPage ? await failureOf(earnkit, createUser(partner, USER)) : null;
  const koomalooma = { ...partner, dangerouslyAllowBrowser: inPage };
  const user = await createUser(koomalooma, USER);
  const { createdAt, loyaltyUnits, userId } = await assignPoints(koomalooma, USER.partnerUserId, COMMITMENT);

  const dates = [...datesIn(list), createdAt];
  return {
    attempts,
    currency: list.currency,
    types: [...new Set(list.earningRules.map(({ type }) => type))].sort(),
    dates: dates.length,
    unreadDates: dates.filter((date) => Number.isNaN(new Date(date).getTime())),
    points,
    newUses: usesOf(listAfter) - usesOf(list),
    pointsAdded: Math.round((status.points - before.points) * 10) / 10,
    levelName: status.levelName,
    unavailable,
    refused,
    user,
    commitment: { loyaltyUnits, userId },
    estimates: await estimatesOf(earnkit, list),
  };
}
