// A store with as many customers as a test wants: the session is the customer's id, unless a cookie says another.
import { env } from "cloudflare:workers";

import { cookieOf, createShop } from "./shop.mjs";

export { Ledger } from "./shop.mjs";

export default createShop({
  events: env.EVENTS,
  identify(request, { TOKENS }) {
    const session = cookieOf(request, "session");
    if (!session) return null;
    const id = cookieOf(request, "customer") ?? session;
    return { id, token: TOKENS[Number(id.at(-1)) % TOKENS.length], userSessionId: session };
  },
  log() {},
});
