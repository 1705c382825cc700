import * as earnkit from "earnkit";
import { expect, test } from "vitest";

import { scenario } from "./scenario.mjs";

test("all calls, over TCP", async () => {
  const report = await scenario(earnkit, process.env.SANDBOX);
  expect(report.points).toBe(12.5);
  console.log(`REPORT ${JSON.stringify(report)}`);
});
