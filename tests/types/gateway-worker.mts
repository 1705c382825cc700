// In an edge worker: the ledger is a Durable Object.
import { createGateway, Ledger } from "earnkit/gateway";

export { Ledger };

interface Env {
  LEDGER: DurableObjectNamespace;
  OPEN_LOYALTY_URL: string;
  LOYALTY: Fetcher;
}

const gateway = createGateway<Env>({
  mountPath: "/loyalty",
  openLoyalty: (env) => ({ baseUrl: env.OPEN_LOYALTY_URL, fetch: (url, init) => env.LOYALTY.fetch(url, init) }),
  origins: ["https://shop.example"],
  identify: (request) => (request.headers.get("cookie") ? { id: "1", token: "token" } : null),
  ledger: (env) => env.LEDGER,
});

export default {
  fetch: (request, env, ctx) => gateway.fetch(request, env, ctx),
} satisfies ExportedHandler<Env>;
