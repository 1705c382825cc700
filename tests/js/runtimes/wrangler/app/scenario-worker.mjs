import * as earnkit from "earnkit";

import { scenario } from "./scenario.mjs";

/** How often this isolate has put the module to work. */
let instances = 0;
const { Instance } = WebAssembly;
WebAssembly.Instance = class extends Instance {
  constructor(...args) {
    super(...args);
    instances++;
  }
};

export default {
  async fetch(_request, env) {
    const report = await scenario(earnkit, env.OPEN_LOYALTY_URL);
    return Response.json({ report, instances });
  },
};
