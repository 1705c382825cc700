import * as earnkit from "earnkit";

import { scenario } from "../../../scenario.mjs";

export const runtime = "edge";

export async function GET() {
  return Response.json(await scenario(earnkit, process.env.LOYALTY_URL));
}
