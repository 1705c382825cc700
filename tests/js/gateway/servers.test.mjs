// The gateway with a ledger in memory, in the runtimes of servers.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { SERVERS, startRuntime, TITLES } from "../support/runtimes/start.mjs";
import { startSandbox } from "../support/sandbox.mjs";

const AGENT = fileURLToPath(new URL("agent.mjs", import.meta.url));
const MOUNT = "http://127.0.0.1:8080/loyalty";

let sandbox;
before(async () => {
  sandbox = await startSandbox();
});
after(() => sandbox?.stop());

const page = { cookie: "session", origin: "https://shop.example", "content-type": "application/json" };
const award = (key) => ({
  url: `${MOUNT}/events/photo.shared`,
  method: "POST",
  body: "{}",
  headers: { ...page, "idempotency-key": key },
});

for (const name of SERVERS.filter((name) => name !== "workerd")) {
  test(`an award, repeated and lost, in ${TITLES[name]}`, async () => {
    const runtime = await startRuntime(name, AGENT);
    try {
      await sandbox.reset();
      const token = await sandbox.signIn("anna@example.com");
      const logins = (await sandbox.ledger()).length;
      // The first award's answer, and the look at the usages after it.
      await sandbox.fault({ fault: "apply_then_drop", method: "POST" });
      const requests = [
        award("key-1"),
        award("key-1"),
        award("key-2"),
        { url: `${MOUNT}/earning-rules`, headers: page },
        { url: `${MOUNT}/status`, headers: { origin: "https://shop.example" } },
        { url: `http://gateway.example/loyalty/status`, headers: page },
      ];
      const { answers, lines } = await runtime.perform({ openLoyaltyUrl: sandbox.url, token, requests });
      const [first, again, second, rules, guest, remote] = answers;
      for (const { status, body } of [first, again, second]) {
        assert.deepEqual([status, body], [200, { points: 12.5, final: true }]);
      }
      assert.equal((await sandbox.ledger()).length - logins, 2);
      const { usages } = rules.body.earningRules.find(({ eventName }) => eventName === "photo.shared");
      assert.equal(usages.length, 2);
      assert.deepEqual([guest.status, guest.body.error.code], [401, "unauthorized"]);
      // Where others can reach it, a ledger that forgets is refused.
      assert.deepEqual([remote.status, remote.body.error.code], [500, "misconfigured"]);
      assert.match(runtime.output(), /earnkit gateway: memoryLedger\(\) is for development/);
      assert.equal(lines.length, requests.length);
    } finally {
      await runtime.stop();
    }
  });
}
