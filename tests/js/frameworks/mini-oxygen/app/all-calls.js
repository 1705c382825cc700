import * as earnkit from "earnkit/js";

import { scenario } from "./scenario.mjs";

export default {
  fetch: async (_request, env) => Response.json(await scenario(earnkit, env.OPEN_LOYALTY_URL)),
};
