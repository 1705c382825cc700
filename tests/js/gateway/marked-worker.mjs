// A store whose functions fail, with errors that quote secrets.
import { createGateway, Ledger } from "earnkit/gateway";

export { Ledger };

const gateway = createGateway({
  mountPath: "/loyalty",
  openLoyalty: ({ OPEN_LOYALTY_URL }) => ({ baseUrl: OPEN_LOYALTY_URL }),
  koomalooma: ({ KOOMALOOMA_URL, KOOMALOOMA_JWT, PARTNER_ID }) => ({
    apiKey: KOOMALOOMA_JWT,
    baseUrl: KOOMALOOMA_URL,
    partnerId: PARTNER_ID,
  }),
  origins: ["https://shop.example"],
  events: ["photo.shared"],
  identify(request, { CUSTOMERS, MARKS }) {
    const session = /session=(\w+)/.exec(request.headers.get("cookie"))?.[1];
    const customer = CUSTOMERS[session];
    if (!customer) return null;
    if (customer.fails) throw new Error(`${customer.fails} ${MARKS.sessionSecret}`);
    return customer;
  },
  guest: ({ GUEST_TOKEN }) => ({ token: GUEST_TOKEN }),
  ledger: ({ LEDGER }) => LEDGER,
  serverCredential: ({ AWARDS_KEY }) => AWARDS_KEY,
  rateLimit: { perMinute: 1_000_000 },
  onUnknown(_, { MARKS, KOOMALOOMA_JWT }) {
    throw new Error(`${MARKS.callbackError} ${KOOMALOOMA_JWT}`);
  },
});

export default { fetch: (request, env, ctx) => gateway.fetch(request, env, ctx) };
