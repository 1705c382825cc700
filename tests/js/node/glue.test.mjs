// The glue between JavaScript and the wasm: a fresh instance in the place of one that trapped.
import assert from "node:assert/strict";
import { test } from "node:test";

import { listEarningRules } from "earnkit";

// Not a public entry: what the package itself does after a trap is done here without one.
const glue = await import(new URL("glue.js", import.meta.resolve("earnkit/package.json")));

const payload = Buffer.from(JSON.stringify({ id: "anna" })).toString("base64url");
const answer = () => Response.json({ earningRules: [], currency: "EUR" });
const openLoyalty = (fetch) => ({ baseUrl: "https://loyalty.example", token: `header.${payload}.signature`, fetch });

test("an answer for the old instance disturbs neither the process nor the new one", async () => {
  const response = withResolvers();
  const sent = withResolvers();
  // What becomes of a call of the old instance is for its caller to say; here nobody waits.
  listEarningRules(
    openLoyalty(() => {
      sent.resolve();
      return response.promise;
    }),
    { timeoutMs: 100 },
  ).catch(() => {});
  await sent.promise;

  glue.__wbg_reset_state();
  response.resolve(answer());
  // Node's runner fails a test whose process sees a rejection that nobody handles.
  await new Promise((resolve) => setTimeout(resolve, 20));

  const { currency } = await listEarningRules(openLoyalty(async () => answer()));
  assert.equal(currency, "EUR");
});

function withResolvers() {
  const resolvers = {};
  resolvers.promise = new Promise((resolve, reject) => Object.assign(resolvers, { resolve, reject }));
  return resolvers;
}
