// A store whose customers a test gives it.
import { env } from "cloudflare:workers";

import { memoryLedger } from "earnkit/gateway";

import { cookieOf, createShop } from "./shop.mjs";

export { Ledger } from "./shop.mjs";

const memory = memoryLedger();

export default createShop({
  events: ["photo.shared", "facebook_like", "profile.birthday"],
  identify(request, { CUSTOMERS }, reason) {
    const customer = CUSTOMERS[cookieOf(request, "session")];
    if (!customer) return null;
    const { token } = customer;
    return { ...customer, token: Array.isArray(token) ? token[reason === "expired" ? 1 : 0] : token };
  },
  guest: env.GUEST_TOKEN && (() => ({ token: env.GUEST_TOKEN })),
  ledger: ({ LEDGER, MEMORY }) => (MEMORY ? memory : LEDGER),
  onUnknown: (award) => console.log(`unknown ${JSON.stringify(award)}`),
  // What a test changes: plain data.
  ...env.OPTIONS,
});
