// A store with as many customers as a test wants: the session is the customer's id, unless a cookie says another. Fit for a test only.
import { createGateway, Ledger } from "earnkit/gateway";

export { Ledger };

const EVENTS = Array.from({ length: 10_000 }, (_, number) => `soak.${String(number).padStart(6, "0")}`);

const gateway = createGateway({
  mountPath: "/loyalty",
  openLoyalty: ({ OPEN_LOYALTY_URL }) => ({ baseUrl: OPEN_LOYALTY_URL }),
  koomalooma: ({ KOOMALOOMA_URL, KOOMALOOMA_JWT, PARTNER_ID }) => ({
    apiKey: KOOMALOOMA_JWT,
    baseUrl: KOOMALOOMA_URL,
    partnerId: PARTNER_ID,
  }),
  origins: ["https://shop.example"],
  events: [...EVENTS, "duplicates.one", "duplicates.lost"],
  identify(request, { TOKENS }) {
    const cookie = (name) => new RegExp(`${name}=([\\w.]+)`).exec(request.headers.get("cookie"))?.[1];
    const session = cookie("session");
    if (!session) return null;
    const id = cookie("customer") ?? session;
    return { id, token: TOKENS[Number(id.at(-1)) % TOKENS.length], userSessionId: session };
  },
  ledger: ({ LEDGER }) => LEDGER,
  serverCredential: ({ AWARDS_KEY }) => AWARDS_KEY,
  rateLimit: { perMinute: 1_000_000 },
  log() {},
});

export default { fetch: (request, env, ctx) => gateway.fetch(request, env, ctx) };
