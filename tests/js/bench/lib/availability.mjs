// What can be measured on this machine.
import { NOT_RUN, startRuntime, TITLES } from "../../support/runtimes/start.mjs";
import { PEERS } from "../peers/list.mjs";
import { bundleAgent, missingFor } from "./bundle.mjs";

/** Peers that are there, out of those asked for; the others are noted. */
export function presentPeers(notes, names = Object.keys(PEERS), peers = PEERS) {
  return names.filter((name) => {
    const missing = missingFor(peers[name]);
    if (missing.length > 0) notes.push(`Not measured: ${peers[name].title}: ${missing.join(", ")} is not installed.`);
    return missing.length === 0;
  });
}

/**
 * Runs the agent's tasks in Node.js and in Chromium: the results by the runtimes' names. Where one can't be
 * had, that is noted, and its results are missing.
 */
export async function inRuntimes(tasks, peers, notes, runtimes = ["node", "chromium"]) {
  const results = {};
  const agent = await bundleAgent(peers);
  for (const name of runtimes) {
    try {
      if (NOT_RUN.includes(name)) throw new Error("it was not found");
      const runtime = await startRuntime(name, agent);
      try {
        const measured = [];
        for (const task of tasks) measured.push(await runtime.perform(task));
        results[TITLES[name]] = measured;
      } finally {
        await runtime.stop();
      }
    } catch (error) {
      notes.push(`Not measured in ${TITLES[name]}: ${error.message.split("\n")[0]}`);
    }
  }
  return results;
}
