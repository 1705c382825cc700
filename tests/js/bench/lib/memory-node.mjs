// A process of its own: decodes one list many times, and prints a line of JSON at each checkpoint.
//   node --expose-gc memory-node.mjs <bytes> <checkpoints, with commas between>
import { asPhp, listOf, manyRules, rulesWithUsages, TOKEN } from "./rules.mjs";

const [size, checkpoints] = [Number(process.argv[2]), process.argv[3].split(",").map(Number)];

const memories = [];
WebAssembly.Instance = class extends WebAssembly.Instance {
  constructor(...args) {
    super(...args);
    memories.push(this.exports.memory);
  }
};
const { listEarningRules } = await import("earnkit");

/** A tenth of the bytes are rules; what makes real lists so large are the usages of all customers. */
const BYTES_OF_RULE = 830;
const BYTES_OF_USAGE = 380;
const rules = manyRules(Math.ceil(size / 10 / BYTES_OF_RULE));
const used = rulesWithUsages(50, Math.round((size * 0.9) / 50 / BYTES_OF_USAGE));
const body = new TextEncoder().encode(asPhp(listOf([...rules, ...used])));
const fetch = async () => new Response(body, { headers: { "content-type": "application/json" } });
const server = { baseUrl: "https://loyalty.example", token: TOKEN, fetch };

for (let times = 1; times <= checkpoints.at(-1); times++) {
  await listEarningRules(server);
  if (!checkpoints.includes(times)) continue;
  if (memories.length === 0) throw new Error("the package has no memory that can be seen here");
  globalThis.gc();
  await new Promise((resolve) => setTimeout(resolve, 50));
  globalThis.gc();
  const { heapUsed, rss } = process.memoryUsage();
  const wasm = memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0);
  console.log(JSON.stringify({ times, bytes: body.length, wasm, heapUsed, rss }));
}
