// A page that nobody has opened before, on a slow phone: until the rules are on the screen.
import { readFile } from "node:fs/promises";

import { launch } from "../../support/browser.mjs";
import { packageUrl } from "../../support/package.mjs";
import { NOT_RUN } from "../../support/runtimes/start.mjs";
import { presentPeers } from "../lib/availability.mjs";
import { build, peerFile } from "../lib/bundle.mjs";
import { count, goal, milliseconds, ratio, table } from "../lib/format.mjs";
import { interleave, median } from "../lib/interleave.mjs";
import { TOKEN } from "../lib/rules.mjs";
import { startServer } from "../lib/server.mjs";
import { PEERS, REFERENCE, SIZE_ONLY } from "../peers/list.mjs";

export const title = "First result";
export const how = `From the navigation to 50 rules on the screen, in Chromium with an empty cache: 40 ms latency and 1.6 Mbit/s by the
DevTools protocol, the processor slowed down 4 times. One page, one script, everything compressed with brotli, the API on
the same origin.`;

const LATENCY_MS = 40;
const BYTES_PER_SECOND = 1_600_000 / 8;
const CPU_SLOWDOWN = 4;
const GOAL = 1.3;
const ALL = { ...PEERS, ...SIZE_ONLY };
/** A page can ask for the WebAssembly before its script has run. */
const PRELOAD = '<link rel="preload" href="earnkit.wasm" as="fetch" type="application/wasm" crossorigin>';

const document = (name, head = "") => `<!doctype html>
<meta charset="utf-8"><title>${name}</title><link rel="icon" href="data:,">${head}
<ul></ul>
<script type="module" src="${name}.js"></script>
`;

const page = (name) => `
  import { connect } from ${JSON.stringify(peerFile(name))};
  const { earningRules } = await connect({ baseUrl: location.origin, token: "${TOKEN}" }).listEarningRules();
  const item = ({ name }) => Object.assign(document.createElement("li"), { textContent: name });
  document.querySelector("ul").append(...earningRules.map(item));
  // After the frame that shows them.
  requestAnimationFrame(() => setTimeout(() => { window.shownAt = performance.now(); }));`;

async function bundles(names) {
  const files = { "/earnkit.wasm": await readFile(new URL("earnkit.wasm", packageUrl)) };
  for (const name of names) {
    const { outputFiles } = await build(page(name), {
      platform: "browser",
      splitting: true,
      outdir: "/",
      entryNames: name,
    });
    for (const { path, contents } of outputFiles) files[path] = contents;
    files[`/${name}.html`] = document(name);
  }
  files["/earnkit-preload.html"] = document("earnkit", PRELOAD);
  return files;
}

async function measure(browser, url) {
  const context = await browser.newContext();
  try {
    const tab = await context.newPage();
    const devtools = await context.newCDPSession(tab);
    await devtools.send("Network.enable");
    await devtools.send("Network.emulateNetworkConditions", {
      offline: false,
      latency: LATENCY_MS,
      downloadThroughput: BYTES_PER_SECOND,
      uploadThroughput: BYTES_PER_SECOND,
    });
    await devtools.send("Emulation.setCPUThrottlingRate", { rate: CPU_SLOWDOWN });
    await tab.goto(url, { waitUntil: "commit" });
    const handle = await tab.waitForFunction(() => window.shownAt, undefined, { polling: 50 });
    const bytes = await tab.evaluate(() =>
      performance
        .getEntries()
        .filter(({ entryType }) => ["navigation", "resource"].includes(entryType))
        .reduce((sum, { transferSize }) => sum + transferSize, 0),
    );
    return { ms: await handle.jsonValue(), bytes };
  } finally {
    await context.close();
  }
}

export async function run({ quick }) {
  const notes = [];
  if (NOT_RUN.includes("chromium")) return { tables: [], goals: [], notes: ["Not measured: Chromium was not found."] };
  const all = quick ? [REFERENCE, "earnkit"] : [...Object.keys(PEERS), "earnkit-js"];
  const names = presentPeers(notes, all, ALL);
  const server = await startServer(await bundles(names));
  const browser = await launch();
  try {
    const pages = [...names, "earnkit-preload"];
    const contestants = pages.map((name) => [name, () => measure(browser, `${server.url}/${name}.html`)]);
    const options = quick ? { rounds: 1 } : { rounds: 7, unmeasured: 1 };
    const samples = await interleave(Object.fromEntries(contestants), options);
    const time = (name) => median(samples[name].map(({ ms }) => ms));
    const titleOf = (name) => ALL[name]?.title ?? '**earnkit**, with `<link rel="preload">` for the WebAssembly';
    const rows = pages.map((name) => [
      titleOf(name),
      count(samples[name][0].bytes),
      milliseconds(time(name)),
      ratio(time(name) / time(REFERENCE)),
    ]);
    const ours = time("earnkit") / time(REFERENCE);
    return {
      tables: [table(["page with", "bytes received", "rules on screen", "ratio"], rows)],
      goals: [goal(`<= ${ratio(GOAL)} of plain fetch + JSON.parse`, ours <= GOAL, ratio(ours))],
      notes,
    };
  } finally {
    await browser.close();
    await server.stop();
  }
}
