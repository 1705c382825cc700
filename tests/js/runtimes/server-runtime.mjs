// What every server runtime has to do with the installed package.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { assertScenario } from "../packaging/expected.mjs";
import { createConsumer, run } from "../support/consumer.mjs";
import { startSandbox } from "../support/sandbox.mjs";

/**
 * @param {string} testUrl the file that tests the runtime
 * @param {string} name what to call it
 * @param {(consumer: object) => string[]} command how it is started; the file and its arguments follow
 */
export function testServerRuntime(testUrl, name, command) {
  let sandbox;
  let consumer;
  before(async () => {
    sandbox = await startSandbox();
    consumer = await createConsumer(testUrl, { files: new URL("app/", import.meta.url) });
  });
  after(() => sandbox?.stop());

  const start = (file, ...args) => {
    const [program, ...first] = command(consumer);
    const env = {
      ...process.env,
      CAMPAIGN_ID: "sandbox-campaign",
      KOOMALOOMA_JWT: "sandbox-partner-key",
      KOOMALOOMA_URL: `${sandbox.url}/koomalooma/api`,
    };
    return run(program, [...first, file, ...args], { cwd: consumer.folder, env });
  };

  for (const [file, what] of [
    ["program.mjs", "import"],
    ["program.cjs", "require()"],
    ["without-wasm.mjs", "earnkit/js without WebAssembly"],
  ]) {
    test(`${name}: ${what}`, async () => {
      await assertScenario(JSON.parse(await start(file, sandbox.url)), sandbox);
    });
  }

  for (const file of ["award.mjs", "award.cjs"]) {
    test(`${name}: ${file}`, async () => {
      assert.equal(await start(file), "24 points\n");
      assert.deepEqual(
        (await sandbox.ledger()).map(({ kind, points }) => [kind, points]),
        [["commitment", 24]],
      );
      await sandbox.reset();
    });
  }
}
