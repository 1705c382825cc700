// In another runtime: a gateway with a ledger in memory, and the requests that the test sends it.
import { createGateway, memoryLedger } from "earnkit/gateway";

export async function perform({ openLoyaltyUrl, token, requests }) {
  const lines = [];
  const gateway = createGateway({
    mountPath: "/loyalty",
    openLoyalty: () => ({ baseUrl: openLoyaltyUrl }),
    origins: ["https://shop.example"],
    events: ["photo.shared"],
    identify: (request) => (request.headers.get("cookie") ? { id: "shop-customer-1", token } : null),
    ledger: memoryLedger,
    log: (line) => lines.push(line),
  });
  const answers = [];
  for (const { url, ...init } of requests) {
    const response = await gateway.fetch(new Request(url, init), {});
    answers.push({ status: response.status, body: await response.json() });
  }
  return { answers, lines };
}
