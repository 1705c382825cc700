// Measures and prints, and writes docs/PERFORMANCE.md when that was everything: `node run.mjs [--quick] [table...]`.
// `cargo xtask bench` sets it up. `--quick` counts so little that the figures mean nothing, and writes nothing.
import { writeFile } from "node:fs/promises";

import { compose, section } from "./lib/document.mjs";
import { TABLES } from "./tables/list.mjs";

const DOCUMENT = new URL("../../../docs/PERFORMANCE.md", import.meta.url);

const quick = process.argv[2] === "--quick";
const names = process.argv.slice(quick ? 3 : 2);
const unknown = names.filter((name) => !TABLES[name]);
if (unknown.length > 0) {
  console.error(`There is no table ${unknown.join(", ")}. There are: ${Object.keys(TABLES).join(", ")}`);
  process.exit(2);
}

const sections = [];
let isComplete = true;
for (const [name, load] of Object.entries(TABLES)) {
  if (names.length > 0 && !names.includes(name)) continue;
  const started = performance.now();
  const table = await load();
  const result = await table
    .run({ quick })
    .catch((error) => ({ tables: [], goals: [], notes: [`Not measured: ${error.message}`] }));
  const text = section(table, result);
  sections.push(text);
  isComplete &&= result.notes.length === 0;
  console.log(`\n${text}\n\n(${name}: ${((performance.now() - started) / 1_000).toFixed(1)} s)`);
}

if (names.length === 0 && !quick) {
  if (isComplete) await writeFile(DOCUMENT, compose(sections));
  console.log(
    `\ndocs/PERFORMANCE.md is ${isComplete ? "written" : "left as it was: not everything could be measured"}.`,
  );
}
