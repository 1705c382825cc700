import { listEarningRules } from "earnkit";

export const runtime = "edge";

export async function GET(request) {
  const loyalty = { baseUrl: process.env.LOYALTY_URL, token: request.headers.get("x-loyalty-token") };
  const { earningRules } = await listEarningRules(loyalty);
  return Response.json(earningRules.map(({ name }) => name));
}
