// A store's own tests in Vitest, with the sandbox in place of the servers.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { assertScenario } from "../../packaging/expected.mjs";
import { createConsumer } from "../../support/consumer.mjs";
import { startSandbox } from "../../support/sandbox.mjs";

let sandbox;
let consumer;
before(async () => {
  sandbox = await startSandbox();
  consumer = await createConsumer(import.meta.url, { files: "app/" });
});
after(() => sandbox?.stop());

const vitest = (environment, file) =>
  consumer.tool("vitest", ["run", file, "--environment", environment, "--reporter", "verbose"], {
    env: { ...process.env, SANDBOX: sandbox.url, NO_COLOR: "1" },
  });

for (const environment of ["node", "jsdom"]) {
  test(`environment ${environment}: claim.test.js`, async () => {
    assert.match(await vitest(environment, "claim.test.js"), /Tests {2}1 passed/);
  });

  test(`environment ${environment}: all calls`, async () => {
    const [, report] = /^REPORT (.*)$/m.exec(await vitest(environment, "all-calls.test.js"));
    await assertScenario(JSON.parse(report), sandbox);
  });
}
