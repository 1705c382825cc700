// A process of its own: decodes one list many times, and prints a line of JSON at each checkpoint.
//   node --expose-gc memory-node.mjs <bytes> <checkpoints, with commas between>
import { asPhp, listOf, manyRules, TOKEN } from "./rules.mjs";

const [size, checkpoints] = [Number(process.argv[2]), process.argv[3].split(",").map(Number)];

const memories = [];
WebAssembly.Instance = class extends WebAssembly.Instance {
  constructor(...args) {
    super(...args);
    memories.push(this.exports.memory);
  }
};
const { listEarningRules } = await import("earnkit");

const one = asPhp(manyRules(22)).length / 22;
const body = new TextEncoder().encode(asPhp(listOf(manyRules(Math.round(size / one)))));
const fetch = async () => new Response(body, { headers: { "content-type": "application/json" } });
const server = { baseUrl: "https://loyalty.example", token: TOKEN, fetch };

for (let times = 1; times <= checkpoints.at(-1); times++) {
  await listEarningRules(server);
  if (!checkpoints.includes(times)) continue;
  globalThis.gc();
  await new Promise((resolve) => setTimeout(resolve, 50));
  globalThis.gc();
  const { heapUsed, rss } = process.memoryUsage();
  const wasm = memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0);
  console.log(JSON.stringify({ times, bytes: body.length, wasm, heapUsed, rss }));
}
