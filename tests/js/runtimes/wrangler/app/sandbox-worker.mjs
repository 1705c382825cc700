import { createEstimator, init, login, triggerEvent } from "earnkit";
import { createSandbox } from "earnkit/sandbox";

// Before the first request, where workerd has neither timers nor random numbers.
await init();
const onePoint = { earningRuleId: "1", type: "points", pointValue: 1, allTimeActive: true, levels: [] };
const estimator = await createEstimator([onePoint], { levelId: null, segmentIds: [] });

export default {
  async fetch() {
    const { baseUrl, fetch } = createSandbox();
    const { token } = await login({ baseUrl, fetch }, { username: "anna@example.com", password: "password" });
    const { points } = await triggerEvent({ baseUrl, fetch, token }, "photo.shared");
    return Response.json({
      points,
      estimated: estimator.estimate({ items: [{ sku: "mug", grossValue: 24.9 }] }).points,
    });
  },
};
