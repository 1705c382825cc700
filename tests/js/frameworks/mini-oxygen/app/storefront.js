import { listEarningRules } from "earnkit/js";

export default {
  async fetch(request, env) {
    const loyalty = { baseUrl: env.OPEN_LOYALTY_URL, token: request.headers.get("x-loyalty-token") };
    const { earningRules } = await listEarningRules(loyalty);
    return Response.json(earningRules.map(({ name }) => name));
  },
};
