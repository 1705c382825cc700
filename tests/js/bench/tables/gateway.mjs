// A worker between page and loyalty server.
import { NOT_RUN } from "../../support/runtimes/start.mjs";
import { count, goal, milliseconds, ratio, table } from "../lib/format.mjs";
import { interleave, median } from "../lib/interleave.mjs";
import { load, serveAnswer } from "../lib/load.mjs";
import { asPhp, listOf, manyRules, tokenOf } from "../lib/rules.mjs";
import { startWorker, WORKERS } from "../lib/workers.mjs";

export const title = "Gateway";
export const how = `\`GET earning-rules\` through a worker in workerd: 20 rules of all types, a different customer for each request, 16
connections that stay open. The pass-through fetches the list and returns it as it is, with everybody's usages and the
admin's URLs. The one by hand (\`tests/js/bench/gateway/by-hand.mjs\`) does for this one route what the package's gateway
does: origins, limits, identity, own usages only, \`ETag\`. *p99* is the median of the rounds'.`;

const GOAL = 0.67;
const TITLES = {
  upstream: "the loyalty server itself, no worker",
  "pass-through": "pass-through",
  "by-hand": "by hand",
  earnkit: "**earnkit/gateway**",
};
const CUSTOMERS = 500;

/** Requests as bytes, one after the other. */
function requests(path) {
  const made = Array.from({ length: CUSTOMERS }, (_, number) => {
    const token = tokenOf(`customer-${number}`);
    return `GET ${path} HTTP/1.1\r\nhost: shop.example\r\nauthorization: Bearer ${token}\r\n\r\n`;
  });
  let next = 0;
  return () => made[next++ % CUSTOMERS];
}

export async function run({ quick }) {
  if (NOT_RUN.includes("workerd")) return { tables: [], goals: [], notes: ["Not measured: workerd is not installed."] };
  const upstream = await serveAnswer(Buffer.from(asPhp(listOf(manyRules(20)))));
  const workers = {};
  try {
    for (const name of WORKERS) workers[name] = await startWorker(name, `http://127.0.0.1:${upstream.port}`);
    const durationMs = quick ? 20 : 1_000;
    const sample = (port, path) => () => load(port, requests(path), { connections: 16, durationMs });
    const contestants = { upstream: sample(upstream.port, "/api/DEFAULT/customer/earningRule") };
    for (const name of WORKERS) contestants[name] = sample(workers[name].port, "/loyalty/earning-rules");
    const samples = await interleave(contestants, quick ? { rounds: 1 } : { rounds: 7, unmeasured: 1 });
    const of = (name, what) => median(samples[name].map((sample) => sample[what]));
    const share = (name) => of(name, "perSecond") / of("pass-through", "perSecond");
    const rows = Object.keys(contestants).map((name) => [
      TITLES[name],
      count(of(name, "perSecond")),
      name === "upstream" ? "" : ratio(share(name)),
      milliseconds(of(name, "p99")),
    ]);
    const ours = share("earnkit");
    return {
      tables: [table(["worker", "requests/s", "of pass-through", "p99"], rows)],
      goals: [goal(`>= ${ratio(GOAL)} of pass-through`, ours >= GOAL, ratio(ours))],
      notes: [],
    };
  } finally {
    for (const worker of Object.values(workers)) await worker.stop();
    upstream.stop();
  }
}
