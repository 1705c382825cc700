// A large list, again and again.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { count, digits, goal, table } from "../lib/format.mjs";

export const title = "Memory";
export const how = `One list, nine tenths of it usages of other customers, decoded again and again in one Node.js process: memory after a
garbage collection. WebAssembly's memory can only grow; it is the package's alone. The rest is Node's.`;

const SCRIPT = fileURLToPath(new URL("../lib/memory-node.mjs", import.meta.url));
const FULL = { bytes: 6_000_000, checkpoints: [1, 2, 10, 100, 500, 1_000] };
const QUICK = { bytes: 60_000, checkpoints: [1, 2, 4] };

const megabytes = (bytes) => `${digits(bytes / 1e6)} MB`;

export async function run({ quick }) {
  const { bytes, checkpoints } = quick ? QUICK : FULL;
  const args = ["--expose-gc", SCRIPT, String(bytes), checkpoints.join()];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const samples = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const rows = samples.map(({ times, wasm, heapUsed, rss }) => [
    `${count(times)} times`,
    ...[wasm, heapUsed, rss].map(megabytes),
  ]);
  const [first, last] = [samples[0], samples.at(-1)];
  const grown = last.wasm - first.wasm;
  return {
    tables: [
      table([`a list of ${megabytes(first.bytes)}, decoded`, "WebAssembly", "JavaScript heap", "process"], rows),
    ],
    goals: [goal("flat after the first", grown === 0, grown === 0 ? "yes" : `WebAssembly grew by ${megabytes(grown)}`)],
    notes: [],
  };
}
