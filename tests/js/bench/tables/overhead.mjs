// What a call costs beside the request itself.
import { inRuntimes, presentPeers } from "../lib/availability.mjs";
import { beside } from "../lib/beside.mjs";
import { digits, goal, microseconds } from "../lib/format.mjs";

export const title = "Overhead per call";
export const how = `\`triggerEvent\` over a \`fetch\` whose \`Response\` is ready: what a client adds to it. *Above* is the difference to
plain \`fetch\` and \`JSON.parse\` in the same run.`;

const GOAL_US = 12;

export async function run({ quick }) {
  const notes = [];
  const peers = presentPeers(notes);
  const sizes = quick ? { calls: 5, turns: { rounds: 1 } } : { calls: 400, turns: { rounds: 25, unmeasured: 3 } };
  const results = await inRuntimes([{ task: "overhead", ...sizes }], peers, notes);
  const measured = Object.fromEntries(Object.entries(results).map(([runtime, [times]]) => [runtime, times]));
  const { above, table } = beside(measured, peers, microseconds);
  const goals = Object.keys(measured).flatMap((runtime) => {
    const ours = above(runtime, "earnkit");
    const result = `${digits(ours)} µs`;
    const lines = [goal(`<= ${GOAL_US} µs above plain fetch, ${runtime}`, ours <= GOAL_US, result)];
    if (peers.includes("openapi-fetch")) {
      const other = above(runtime, "openapi-fetch");
      lines.push(goal(`below openapi-fetch, ${runtime}`, ours < other, `${result} to ${digits(other)} µs`));
    }
    return lines;
  });
  return { tables: [table], goals, notes };
}
