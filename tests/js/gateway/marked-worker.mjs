// A store whose functions fail, with errors that quote secrets.
import { cookieOf, createShop } from "./shop.mjs";

export { Ledger } from "./shop.mjs";

export default createShop({
  events: ["photo.shared"],
  identify(request, { CUSTOMERS, MARKS }) {
    const customer = CUSTOMERS[cookieOf(request, "session")];
    if (!customer) return null;
    if (customer.fails) throw new Error(`${customer.fails} ${MARKS.sessionSecret}`);
    return customer;
  },
  guest: ({ GUEST_TOKEN }) => ({ token: GUEST_TOKEN }),
  onUnknown(_, { MARKS, KOOMALOOMA_JWT }) {
    throw new Error(`${MARKS.callbackError} ${KOOMALOOMA_JWT}`);
  },
});
