// What `init` is given by mistake.

import assert from "node:assert/strict";
import { test } from "node:test";
import { init, isLoyaltyError, listEarningRules } from "earnkit";

const hostile = new Proxy(
  {},
  {
    has() {
      throw new Error("hostile");
    },
    get() {
      throw new Error("hostile");
    },
  },
);

for (const source of [1, Number.NaN, true, 1n, Symbol("x"), () => {}, {}, [], new Map(), hostile]) {
  test(`init refuses ${typeof source} ${Array.isArray(source) ? "[]" : ""}`, async () => {
    await assert.rejects(init(source), (error) => {
      assert.ok(isLoyaltyError(error, "invalid_input"), String(error));
      assert.deepEqual([error.field, error.outcome, error.operation], ["source", "not_applied", "init"]);
      return true;
    });
  });
}

test("after that the package loads as ever", async () => {
  await init();
  await assert.rejects(listEarningRules({ baseUrl: "https://loyalty.example", token: null }), (error) =>
    isLoyaltyError(error, "unauthorized"),
  );
});
