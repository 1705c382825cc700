// The benchmark runs: each table with tiny counts, and what it says of what it can't have. The figures mean nothing here.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { NOT_RUN } from "../support/runtimes/start.mjs";
import { presentPeers } from "./lib/availability.mjs";
import { CUSTOMER } from "./lib/carts.mjs";
import { compose, section } from "./lib/document.mjs";
import { createPlainEstimator } from "./lib/plain-estimator.mjs";
import { TABLES } from "./tables/list.mjs";

const RUN = fileURLToPath(new URL("run.mjs", import.meta.url));
const run = (args, env) => promisify(execFile)(process.execPath, [RUN, ...args], { env: { ...process.env, ...env } });

describe("the tables", () => {
  const sections = [];
  for (const [name, load] of Object.entries(TABLES)) {
    test(name, async () => {
      const table = await load();
      const result = await table.run({ quick: true });
      if (NOT_RUN.length === 0) {
        assert.deepEqual(result.notes, []);
        assert.ok(result.tables.length > 0 && result.goals.length > 0);
      }
      const text = section(table, result);
      assert.doesNotMatch(text, /undefined|NaN|\[object/);
      sections.push(text);
    });
  }

  test("the document names the machine and the versions", () => {
    const document = compose(sections);
    assert.match(document, /\*\*Machine:\*\* \d+ cores/);
    assert.match(document, /\*\*Versions:\*\* earnkit \d+\.\d+\.\d+ · Node\.js \d+/);
  });
});

test("without a browser, that is said and the rest is measured", async () => {
  const { stdout } = await run(["--quick", "estimating"], { EARNKIT_NOT_RUN: "chromium" });
  assert.match(stdout, /^Not measured in Chromium: it was not found$/m);
  assert.match(stdout, /^\| Node\.js: 50 lines, 200 rules /m);
});

test("a peer that is not installed is said, and left out", () => {
  const notes = [];
  const peers = {
    here: { title: "Here", packages: ["zod"] },
    gone: { title: "Gone", packages: ["zod", "no-such-package"] },
  };
  assert.deepEqual(presentPeers(notes, Object.keys(peers), peers), ["here"]);
  assert.deepEqual(notes, ["Not measured: Gone: no-such-package is not installed."]);
});

test("an unknown table is refused by its name", async () => {
  await assert.rejects(run(["bytes", "speed"]), ({ code, stderr }) => code === 2 && /no table speed\./.test(stderr));
});

test("the plain estimator books what the server books", () => {
  const file = new URL("../../fixtures/estimate/open-loyalty.json", import.meta.url);
  const { handPicked, random, unknownType } = JSON.parse(readFileSync(file, "utf8"));
  let carts = 0;
  for (const recorded of [...handPicked, ...random, ...unknownType]) {
    const { id, rules, cart, expected, instantRewardApplicable: applicable = {}, customerStatus } = recorded;
    // Whether the status of a customer may earn is a setting of the server.
    if (customerStatus === "blocked") continue;
    // It takes rules in canonical form.
    const list = rules.map((rule) => ({ ...rule, skuIds: rule.skuIds && Object.values(rule.skuIds) }));
    const estimate = createPlainEstimator(list, CUSTOMER).estimate({
      items: cart.items,
      deliverySkus: cart.excludedDeliverySKUs,
      availableRewards: Object.keys(applicable).filter((rule) => applicable[rule]),
    });
    assert.equal(estimate.points, expected.total, id);
    assert.deepEqual(
      estimate.products.map(({ sku, points }) => [sku, points]),
      expected.perSku,
      id,
    );
    assert.deepEqual(
      estimate.rules.map(({ earningRuleId }) => earningRuleId),
      expected.appliedIds,
      id,
    );
    assert.equal(estimate.stoppedByRuleId, expected.stoppedAt, id);
    carts++;
  }
  assert.equal(carts, 340);
});
