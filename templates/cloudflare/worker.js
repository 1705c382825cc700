import { createGateway, Ledger } from "earnkit/gateway";

import { customerOf } from "./identify/session-cookie.js";
import { tokenOf } from "./identify/token.js";
import { takeOrder } from "./order-webhook.js";

export { Ledger };

const gateway = createGateway({
  mountPath: "/loyalty",
  openLoyalty: (env) => ({ baseUrl: env.OPEN_LOYALTY_URL, storeCode: env.STORE_CODE }),
  koomalooma: (env) => ({ apiKey: env.KOOMALOOMA_JWT, partnerId: env.PARTNER_ID, baseUrl: env.KOOMALOOMA_URL }),
  origins: (env) => env.ORIGINS,
  // What a page may trigger.
  events: ["facebook_like", "photo.shared"],
  async identify(request, env, reason) {
    const customer = await customerOf(request, env);
    return customer && { ...customer, token: await tokenOf(customer.id, env, reason) };
  },
  ledger: (env) => env.LEDGER,
  serverCredential: (env) => env.AWARDS_KEY,
  dailyPoints: 10_000,
  // Awards that somebody has to look up at the loyalty server: put them where your support looks, with whose they are
  // (`customerId`, and of an order `userId`), which is not for a log.
  onUnknown: ({ operation, key, code, at }) =>
    console.warn(`unknown: ${operation} ${key} (${code}, ${at.toISOString()})`),
});

export default {
  fetch(request, env, ctx) {
    const { pathname } = new URL(request.url);
    if (pathname === "/loyalty-webhooks/order-paid") return takeOrder(request, env, ctx, gateway);
    if (pathname.startsWith("/loyalty/")) return gateway.fetch(request, env, ctx);
    return new Response("Not found", { status: 404 });
  },
};
