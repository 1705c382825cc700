// What Lighthouse says of the demo page: accessibility and best practices in full. Its speed is printed only, since it
// depends on the machine, and since the page loads its modules one by one, without a bundler, for all to read.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { run } from "../../support/consumer.mjs";
import { startDemo } from "../../support/demo.mjs";
import { startSandbox } from "../../support/sandbox.mjs";

const LIGHTHOUSE = fileURLToPath(new URL("node_modules/lighthouse/cli/index.js", import.meta.url));
const REPORT = fileURLToPath(new URL("../../output/lighthouse.json", import.meta.url));
const FLAGS = [
  "--quiet",
  "--output=json",
  `--output-path=${REPORT}`,
  "--chrome-flags=--headless --no-sandbox --disable-gpu",
];

/** What keeps a category from its full score. */
const shortcomings = ({ auditRefs }, audits) =>
  auditRefs
    .filter(({ id, weight }) => weight > 0 && audits[id].score !== null && audits[id].score < 1)
    .map(({ id }) => `${id}: ${audits[id].displayValue ?? ""} ${JSON.stringify(audits[id].details?.items ?? "")}`);

for (const page of ["", "gallery.html"]) {
  test(`Lighthouse: /${page}`, async (t) => {
    const sandbox = await startSandbox();
    const demo = await startDemo(sandbox.url);
    try {
      const categories = "--only-categories=performance,accessibility,best-practices";
      const env = { ...process.env, CHROME_PATH: process.env.CHROMIUM ?? "/usr/bin/chromium" };
      const judge = () =>
        run(process.execPath, [LIGHTHOUSE, new URL(page, demo.url).href, categories, ...FLAGS], { env });
      // On a busy machine it may lose the start of the page, and then asks for another run.
      await judge().catch((error) => {
        if (!/Please run Lighthouse again/.test(error.message)) throw error;
        return judge();
      });
    } finally {
      await demo.stop();
      await sandbox.stop();
    }
    const { categories, audits } = JSON.parse(await readFile(REPORT, "utf8"));
    assert.deepEqual(shortcomings(categories.accessibility, audits), []);
    assert.deepEqual(shortcomings(categories["best-practices"], audits), []);
    t.diagnostic(`performance ${categories.performance.score}`);
    for (const shortcoming of shortcomings(categories.performance, audits)) t.diagnostic(shortcoming.slice(0, 120));
  });
}
