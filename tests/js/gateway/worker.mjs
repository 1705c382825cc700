// A store's worker. Who sent a request stands in a cookie that nobody signs: fit for a test only.
import { env } from "cloudflare:workers";

import { createGateway, Ledger, memoryLedger } from "earnkit/gateway";

export { Ledger };

const memory = memoryLedger();

const gateway = createGateway({
  mountPath: "/loyalty",
  openLoyalty: ({ OPEN_LOYALTY_URL }) => ({ baseUrl: OPEN_LOYALTY_URL }),
  koomalooma: ({ KOOMALOOMA_URL, KOOMALOOMA_JWT, PARTNER_ID }) => ({
    apiKey: KOOMALOOMA_JWT,
    baseUrl: KOOMALOOMA_URL,
    partnerId: PARTNER_ID,
  }),
  origins: ["https://shop.example"],
  events: ["photo.shared", "facebook_like", "profile.birthday"],
  identify(request, { CUSTOMERS }, reason) {
    const session = /session=(\w+)/.exec(request.headers.get("cookie"))?.[1];
    const customer = CUSTOMERS[session];
    if (!customer) return null;
    const { token } = customer;
    return { ...customer, token: Array.isArray(token) ? token[reason === "expired" ? 1 : 0] : token };
  },
  guest: env.GUEST_TOKEN && (() => ({ token: env.GUEST_TOKEN })),
  ledger: ({ LEDGER, MEMORY }) => (MEMORY ? memory : LEDGER),
  serverCredential: ({ AWARDS_KEY }) => AWARDS_KEY,
  rateLimit: { perMinute: 1_000_000 },
  onUnknown: (award) => console.log(`unknown ${JSON.stringify(award)}`),
  // What a test changes: plain data.
  ...env.OPTIONS,
});

export default { fetch: (request, env, ctx) => gateway.fetch(request, env, ctx) };
