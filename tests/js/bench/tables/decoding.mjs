// From an answer's bytes to what the caller gets.
import { inRuntimes, presentPeers } from "../lib/availability.mjs";
import { count, goal, microseconds, ratio, table } from "../lib/format.mjs";
import { PEERS, REFERENCE } from "../peers/list.mjs";

export const title = "Decoding";
export const how = `\`listEarningRules\` over a \`fetch\` whose \`Response\` is ready, less the same call with an empty list: what the bytes of
the rules take until the caller has them, as a multiple of \`JSON.parse(await response.text())\` in the same run. The
lists are rules of all ten types as recorded from Open Loyalty 3.2.0, in the server's own print (indented, \`\\uXXXX\`).
Only earnkit and the check by hand drop the usages of other customers, and only earnkit gives canonical values; the
schemas check the same fields.`;

const LISTS = {
  10: "10 rules",
  100: "100 rules",
  1000: "1,000 rules",
  usages: "50 rules, 20,000 usages of others",
  polish: "100 rules, Polish, \\uXXXX",
  polishUtf8: "100 rules, Polish, UTF-8, no indentation",
};
const GOALS = { 10: 2, 100: 1.8, 1000: 1.5, usages: 1 };
/** Both schemas in zod are the same. */
const LEFT_OUT = ["axios"];

export async function run({ quick }) {
  const notes = [];
  const peers = presentPeers(notes).filter((peer) => !LEFT_OUT.includes(peer));
  const lists = quick ? ["10"] : Object.keys(LISTS);
  const turns = quick ? { rounds: 1 } : { rounds: 15, unmeasured: 3 };
  const results = await inRuntimes([{ task: "decoding", lists, turns }], peers, notes);
  const tables = [];
  const goals = [];
  for (const [runtime, [measured]] of Object.entries(results)) {
    const multiple = (list, peer) => measured[list].times[peer] / measured[list].times[REFERENCE];
    const rows = lists.map((list) => [
      LISTS[list],
      count(measured[list].bytes),
      microseconds(measured[list].times[REFERENCE]),
      ...peers.filter((peer) => peer !== REFERENCE).map((peer) => ratio(multiple(list, peer))),
    ]);
    const others = peers.filter((peer) => peer !== REFERENCE).map((peer) => PEERS[peer].title);
    tables.push(table([`${runtime}: list`, "bytes", "JSON.parse", ...others], rows));
    for (const list of lists.filter((list) => GOALS[list])) {
      const ours = multiple(list, "earnkit");
      goals.push(goal(`${LISTS[list]} <= ${ratio(GOALS[list])}, ${runtime}`, ours <= GOALS[list], ratio(ours)));
    }
  }
  return { tables, goals, notes };
}
