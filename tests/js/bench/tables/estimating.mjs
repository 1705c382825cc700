// What a cart earns, against plain JavaScript with the same answers.
import { inRuntimes } from "../lib/availability.mjs";
import { goal, microseconds, ratio, table } from "../lib/format.mjs";

export const title = "Estimating";
export const how = `\`estimate(cart)\` against the same evaluator in plain JavaScript (\`tests/js/bench/lib/plain-estimator.mjs\`), as fast as
we could write it: texts as numbers, compiled rules, no strings compared. It gives the same answers, on every recorded
cart too, but leaves \`assumptions\` out, which earnkit computes as well. *Making* is once for a list of rules.`;

const SIZES = [
  { lines: 10, rules: 20, estimates: 2_000 },
  { lines: 50, rules: 200, estimates: 150 },
];
const GOAL = 2;

export async function run({ quick }) {
  const notes = [];
  const options = quick ? { turns: { rounds: 1 }, estimates: 50 } : { turns: { rounds: 25, unmeasured: 3 } };
  const tasks = SIZES.map((size) => ({ task: "estimating", ...size, ...options }));
  const results = await inRuntimes(tasks, ["fetch"], notes);
  const rows = [];
  const goals = [];
  for (const [runtime, measured] of Object.entries(results)) {
    for (const [at, { estimate, make }] of measured.entries()) {
      const size = `${SIZES[at].lines} lines, ${SIZES[at].rules} rules`;
      const faster = estimate.plain / estimate.earnkit;
      const times = [estimate.earnkit, estimate.plain].map(microseconds);
      rows.push([`${runtime}: ${size}`, ...times, ratio(faster), ...[make.earnkit, make.plain].map(microseconds)]);
      goals.push(goal(`>= ${GOAL}x faster, ${size}, ${runtime}`, faster >= GOAL, ratio(faster)));
    }
  }
  const columns = ["size", "earnkit", "plain JavaScript", "faster", "earnkit: making", "plain: making"];
  return { tables: [table(columns, rows)], goals, notes };
}
