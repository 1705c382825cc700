// What the workers of these tests have in common: a store before the sandbox. Who sent a request stands in a cookie that
// nobody signs: fit for a test only.
import { createGateway, Ledger } from "earnkit/gateway";

export { Ledger };

export const cookieOf = (request, name) => new RegExp(`${name}=([\\w.]+)`).exec(request.headers.get("cookie"))?.[1];

/** A worker with a gateway. `options` are further ones of `createGateway`. */
export function createShop(options) {
  const gateway = createGateway({
    mountPath: "/loyalty",
    openLoyalty: ({ OPEN_LOYALTY_URL }) => ({ baseUrl: OPEN_LOYALTY_URL }),
    koomalooma: ({ KOOMALOOMA_URL, KOOMALOOMA_JWT, PARTNER_ID }) => ({
      apiKey: KOOMALOOMA_JWT,
      baseUrl: KOOMALOOMA_URL,
      partnerId: PARTNER_ID,
    }),
    origins: ["https://shop.example"],
    ledger: ({ LEDGER }) => LEDGER,
    serverCredential: ({ AWARDS_KEY }) => AWARDS_KEY,
    rateLimit: { perMinute: 1_000_000 },
    ...options,
  });
  return { fetch: (request, env, ctx) => gateway.fetch(request, env, ctx) };
}
