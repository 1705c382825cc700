import * as earnkit from "earnkit";

import { scenario } from "../../../scenario.mjs";

export const dynamic = "force-dynamic";

export async function GET() {
  return Response.json(await scenario(earnkit, process.env.LOYALTY_URL));
}
