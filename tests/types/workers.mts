// In an edge worker: a service binding performs the requests.
import { assignPoints, createUser } from "earnkit";

interface Env {
  KOOMALOOMA_JWT: string;
  LOYALTY: Fetcher;
}

export default {
  async fetch(_request, env) {
    const koomalooma = {
      apiKey: env.KOOMALOOMA_JWT,
      fetch: (url: string, init: RequestInit) => env.LOYALTY.fetch(url, init),
    };
    const user = await createUser(koomalooma);
    const commitment = await assignPoints(koomalooma, user.partnerUserId ?? "anna", {
      campaignId: "spring",
      transactionValue: "24.90",
      promotionGoalDescription: "Order 1042",
      promotionGoalCategory: "order",
    });
    return Response.json(commitment);
  },
} satisfies ExportedHandler<Env>;
