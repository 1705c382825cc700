// What a cart would earn, and what is left of the limits: the package computes both from the rules that were listed.
import { DELIVERY_SKUS, PRODUCTS } from "./catalogue.js";
import { TIME_ZONE } from "./demo-accounts.js";
import { lineOf } from "./order.js";

export function createEstimates({ earnkit, state, clock }) {
  /** The estimator belongs to the list in the state. Without one, the page shows what it can without. */
  function ask(question) {
    const { estimator } = state.get().list;
    if (!estimator) return null;
    try {
      return question(estimator);
    } catch (error) {
      console.error(error);
      return null;
    }
  }

  return {
    /** An estimator for a list and, as far as it is known, its customer; `null` where there can't be one. */
    async create(earningRules, status) {
      try {
        const levelId = levelIdOf(earningRules, status?.levelName);
        return await earnkit.createEstimator(earningRules, { levelId, timeZone: TIME_ZONE });
      } catch (error) {
        console.error(error);
        return null;
      }
    },
    /** What the purchase rules would book for a cart; `null` where that can't be told. */
    forCart(cart) {
      const items = PRODUCTS.filter(({ sku }) => cart.has(sku)).map((product) =>
        lineOf(product, cart.get(product.sku)),
      );
      return ask((estimator) =>
        estimator.estimate({
          items,
          deliverySkus: DELIVERY_SKUS,
          availableRewards: giftRules(state.get().list.earningRules),
          at: new Date(clock.now()),
        }),
      );
    },
    /** `{ used, limit, left, resetsAt }` of a rule; `null` without a limit, or where nobody knows the uses. */
    remaining: ({ earningRuleId }) => ask((estimator) => estimator.remaining(earningRuleId, new Date(clock.now()))),
  };
}

/** The status names the level only. */
function levelIdOf(rules, levelName) {
  const ids = rules.flatMap((rule) => Object.entries(rule.levelNames)).filter(([, name]) => name === levelName);
  const [id, ...others] = new Set(ids.map(([id]) => id));
  return others.length === 0 ? id : undefined;
}

/** This shop is never out of its gifts; one that can be would ask its own stock. */
const giftRules = (rules) =>
  rules.filter(({ type }) => type === "instant_reward").map(({ earningRuleId }) => earningRuleId);
