// The gateway, and beside it in the same isolate what it is compared with: a worker that only passes requests on.
import gateway from "./soak-worker.mjs";

export { Ledger } from "./soak-worker.mjs";

/** The same request to the loyalty server, with the credential that only the worker has. */
function passOn(request, env, path) {
  if (request.method === "GET") {
    const headers = { accept: "application/json", authorization: `Bearer ${env.TOKENS[0]}` };
    return fetch(env.OPEN_LOYALTY_URL + path, { headers });
  }
  const headers = { "content-type": "application/json", "x-koomalooma-jwt": env.KOOMALOOMA_JWT };
  return fetch(env.KOOMALOOMA_URL + path, { method: "POST", headers, body: request.body });
}

export default {
  fetch(request, env, ctx) {
    const { pathname } = new URL(request.url);
    if (!pathname.startsWith("/bare/")) return gateway.fetch(request, env, ctx);
    return passOn(request, env, pathname.slice("/bare".length));
  },
};
