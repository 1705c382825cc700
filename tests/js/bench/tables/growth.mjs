// Twice as much takes twice as long.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { count, goal, microseconds, table } from "../lib/format.mjs";

export const title = "Growth";
export const how = `earnkit alone in a Node.js process, at sizes that double: the processor's time, the least of each. The *slope* is that
of the line through the logarithms: 1 is linear, 2 quadratic, and less than 1 says that a fixed part weighs as much.
*Each* is what one more adds, from half of the largest size to the largest.`;

const SCRIPT = fileURLToPath(new URL("../lib/growth-node.mjs", import.meta.url));
const TITLES = {
  rules: "rules in a list",
  usages: "usages of others, in 50 rules",
  lines: "lines of a cart, 100 rules",
};
const SIZES = {
  rules: [125, 250, 500, 1_000, 2_000],
  usages: [1_250, 2_500, 5_000, 10_000, 20_000],
  lines: [25, 50, 100, 200, 400],
};
const QUICK = { rules: [5, 10, 20], usages: [50, 100, 200], lines: [5, 10, 20] };
/** What noise may add to a line. */
const LINEAR = 1.15;

/** The slope of the line through the points' logarithms. */
function slopeOf(times) {
  const points = Object.entries(times).map(([size, time]) => [Math.log(size), Math.log(time)]);
  const mean = (at) => points.reduce((sum, point) => sum + point[at], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const covariance = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0);
  return covariance / points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
}

export async function run({ quick }) {
  const sizes = quick ? QUICK : SIZES;
  const turns = quick ? { rounds: 1 } : { rounds: 15, unmeasured: 3 };
  const args = [SCRIPT, JSON.stringify({ sizes, turns })];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const rows = [];
  const goals = [];
  for (const [what, times] of Object.entries(JSON.parse(stdout))) {
    const entries = Object.entries(times);
    const [[smallerSize, smaller], [largestSize, largest]] = entries.slice(-2);
    const each = ((largest - smaller) / (largestSize - smallerSize)) * 1_000;
    const slope = slopeOf(times);
    const cells = entries.map(([size, time]) => `${count(size)}: ${microseconds(time)}`);
    rows.push([TITLES[what], ...cells, `${count(each)} ns`, slope.toFixed(2)]);
    goals.push(goal(`linear in ${TITLES[what]}`, slope <= LINEAR, slope.toFixed(2)));
  }
  const empty = Array.from({ length: sizes.rules.length - 1 }, () => "");
  const columns = ["against", "time by size", ...empty, "each", "slope"];
  return { tables: [table(columns, rows)], goals, notes: [] };
}
