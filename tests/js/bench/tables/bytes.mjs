// What a page loads for the same two calls.
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";

import { packageUrl } from "../../support/package.mjs";
import { presentPeers } from "../lib/availability.mjs";
import { build, peerFile, versionOf } from "../lib/bundle.mjs";
import { count, goal, table } from "../lib/format.mjs";
import { PEERS, SIZE_ONLY } from "../peers/list.mjs";

export const title = "Bytes";
export const how = `Each client with the two calls \`listEarningRules\` and \`triggerEvent\`, or the nearest that the vendor has, in one
bundle made by esbuild (minified, ES2022, for browsers). *Eager* is what the page's own script imports statically;
*total* adds what the first call loads. earnkit's figures hold all of its calls and the estimator: nothing of the
WebAssembly can be left out.`;

const BUDGET_EAGER = 4_000;
const BUDGET_TOTAL = 20_000;
/** Measured by others, in a shop's page. */
const PUBLISHED = [
  ["Smile.io", "104.75 KB of JavaScript, 2026-05-30", "https://stackconflict.com/compare/loyaltylion-vs-smileio"],
  ["LoyaltyLion", "113.45 KB of JavaScript, 2026-05-30", "https://stackconflict.com/compare/loyaltylion-vs-smileio"],
  ["Yotpo Loyalty & Rewards", "1,083.96 KB downloaded", "https://stackconflict.com/apps/yotpo-swell"],
];

const SCRIPTS = `The scripts that loyalty vendors have shops put into their pages are not on npm, and not measured here. What others have
published of them (whether compressed, they do not say):`;

const weigh = (bytes) => ({
  raw: bytes.length,
  gzip: gzipSync(bytes, { level: 9 }).length,
  brotli: brotliCompressSync(bytes).length,
});
const sum = (one, other) => Object.fromEntries(Object.keys(one).map((unit) => [unit, one[unit] + other[unit]]));

async function measure(name) {
  const { metafile, outputFiles } = await build(`export * from ${JSON.stringify(peerFile(name))};`, {
    platform: "browser",
    splitting: true,
    metafile: true,
    absWorkingDir: resolve("."),
  });
  const { outputs } = metafile;
  const eager = new Set([Object.keys(outputs).find((path) => outputs[path].entryPoint)]);
  for (const path of eager) {
    const statically = outputs[path].imports.filter(({ kind }) => kind === "import-statement");
    for (const imported of statically) eager.add(imported.path);
  }
  const contents = outputFiles.filter(({ path }) => [...eager].some((known) => path === resolve(known)));
  const script = weigh(Buffer.concat(contents.map((output) => output.contents)));
  // The other chunk of the package is for where the file can't be had.
  const wasm = name === "earnkit" ? weigh(await readFile(new URL("earnkit.wasm", packageUrl))) : undefined;
  return { eager: script, total: wasm ? sum(script, wasm) : script };
}

export async function run() {
  const notes = [];
  const all = { ...PEERS, ...SIZE_ONLY };
  const rows = [];
  const sizes = {};
  for (const name of presentPeers(notes, Object.keys(all), all)) {
    const { eager, total } = await measure(name);
    sizes[name] = { eager, total };
    const versions = all[name].packages.map((name) => `${name} ${versionOf(name)}`).join(" + ");
    rows.push([
      versions || all[name].title,
      ...[eager, total].flatMap(({ raw, gzip, brotli }) => [raw, gzip, brotli].map(count)),
    ]);
  }
  const { eager, total } = sizes.earnkit;
  const sdks = ["ky", "axios", "stripe", "voucherify", "wix"].filter((name) => sizes[name]);
  const smaller = sdks.filter((name) => sizes[name].total.brotli <= total.brotli);
  const columns = ["client", ...["eager", "total"].flatMap((of) => [of, `${of} gzip`, `${of} brotli`])];
  return {
    tables: [table(columns, rows), SCRIPTS, table(["vendor", "published", "source"], PUBLISHED)],
    goals: [
      goal(`eager <= ${count(BUDGET_EAGER)} B brotli`, eager.brotli <= BUDGET_EAGER, `${count(eager.brotli)} B`),
      goal(`total <= ${count(BUDGET_TOTAL)} B brotli`, total.brotli <= BUDGET_TOTAL, `${count(total.brotli)} B`),
      goal(
        "smaller than every peer but the bare ones",
        smaller.length === 0,
        smaller.length === 0 ? "yes" : `larger than ${smaller.map((name) => all[name].title).join(", ")}`,
      ),
    ],
    notes,
  };
}
