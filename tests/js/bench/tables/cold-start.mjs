// A server's process and a worker's isolate that have just started.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { NOT_RUN } from "../../support/runtimes/start.mjs";
import { presentPeers } from "../lib/availability.mjs";
import { beside } from "../lib/beside.mjs";
import { peerFile } from "../lib/bundle.mjs";
import { startColdWorkerd } from "../lib/cold-workerd.mjs";
import { goal, milliseconds } from "../lib/format.mjs";
import { medians } from "../lib/interleave.mjs";
import { TOKEN } from "../lib/rules.mjs";
import { startServer } from "../lib/server.mjs";
import { REFERENCE } from "../peers/list.mjs";

export const title = "Cold start";
export const how = `From before the import to the first list of 50 rules from a server on this machine: in a fresh Node.js process, with
the packages as npm installs them; and from a request to the answer of a fresh isolate in workerd, with one bundle, by
its worker loader. *Above* is the difference to plain \`fetch\` in the same run.`;

const GOAL_MS = 10;
const COLD = fileURLToPath(new URL("../lib/cold-node.mjs", import.meta.url));

async function inNode(peers, url, options) {
  const sample = async (name) => {
    const { stdout } = await promisify(execFile)(process.execPath, [COLD, peerFile(name), url, TOKEN]);
    return Number(stdout);
  };
  return medians(Object.fromEntries(peers.map((name) => [name, () => sample(name)])), options);
}

async function inWorkerd(peers, url, options) {
  if (NOT_RUN.includes("workerd")) throw new Error("it is not installed");
  const workerd = await startColdWorkerd(peers, url, TOKEN);
  try {
    return await medians(Object.fromEntries(peers.map((name) => [name, () => workerd.measure(name)])), options);
  } finally {
    await workerd.stop();
  }
}

export async function run({ quick }) {
  const notes = [];
  const peers = presentPeers(notes, quick ? [REFERENCE, "earnkit"] : undefined);
  const server = await startServer();
  const measured = {};
  for (const [place, measure, rounds] of [
    ["Node.js", inNode, 15],
    ["workerd", inWorkerd, 30],
  ]) {
    try {
      measured[place] = await measure(peers, server.url, quick ? { rounds: 1 } : { rounds, unmeasured: 1 });
    } catch (error) {
      notes.push(`Not measured in ${place}: ${error.message}`);
    }
  }
  await server.stop();
  const { above, table } = beside(measured, peers, milliseconds);
  const goals = Object.keys(measured).map((place) => {
    const ours = above(place, "earnkit");
    return goal(`<= ${GOAL_MS} ms over plain fetch, ${place}`, ours <= GOAL_MS, milliseconds(ours));
  });
  return { tables: [table], goals, notes };
}
