// The gateway, and beside it in the same isolate what it is compared with: a worker that only passes requests on.
import gateway from "./soak-worker.mjs";

export { Ledger } from "./soak-worker.mjs";

export default {
  fetch(request, env, ctx) {
    const { pathname } = new URL(request.url);
    if (!pathname.startsWith("/bare/")) return gateway.fetch(request, env, ctx);
    const headers = { accept: "application/json", authorization: `Bearer ${env.TOKENS[0]}` };
    return fetch(env.OPEN_LOYALTY_URL + pathname.slice("/bare".length), { headers });
  },
};
