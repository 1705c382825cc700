// Two calls of another vendor: a list, and something that moves money.
import Stripe from "stripe";

export function connect({ apiKey }) {
  const stripe = new Stripe(apiKey);
  return {
    list: () => stripe.products.list(),
    pay: (amount, currency) => stripe.paymentIntents.create({ amount, currency }),
  };
}
