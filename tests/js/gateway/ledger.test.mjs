// What the ledger is there for: duplicates, and a worker that is killed. In workerd, over TCP to the sandbox.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { isLoyaltyError, listEarningRules, triggerEvent } from "earnkit";

import { ORIGIN, startGateway } from "../support/gateway.mjs";
import { startSandbox } from "../support/sandbox.mjs";

let sandbox;
let persist;
let token;
let keys = 0;
const newKey = () => `key-${++keys}`;

before(async () => {
  sandbox = await startSandbox();
  token = await sandbox.signIn("anna@example.com");
  persist = await mkdtemp(join(tmpdir(), "earnkit-ledger-"));
});
after(async () => {
  await sandbox?.stop();
  if (persist) await rm(persist, { recursive: true, force: true });
});

const start = (options = {}) =>
  startGateway({
    sandbox,
    persist,
    worker: new URL("ledger-worker.mjs", import.meta.url),
    customers: { anna: { id: "shop-customer-1", token } },
    ...options,
  });

const bookings = async () => (await sandbox.ledger()).filter(({ kind }) => kind === "event").length;

/** The processes that this one has started, by what they run. */
async function children(program) {
  const found = [];
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    try {
      const [, parent] = /\) \S (\d+)/.exec(await readFile(`/proc/${pid}/stat`, "utf8"));
      const command = await readFile(`/proc/${pid}/cmdline`, "utf8");
      if (Number(parent) === process.pid && command.includes(program)) found.push(Number(pid));
    } catch {
      // It has ended.
    }
  }
  return found;
}

test("two hundred requests with one key are one booking and one answer", async () => {
  const gateway = await start();
  try {
    const key = newKey();
    const before = await bookings();
    const asking = Array.from({ length: 200 }, () => gateway.post("events/photo.shared", "anna", key));
    for (const { status, text, body } of await Promise.all(asking)) {
      assert.deepEqual([status, body], [200, { points: 12.5, final: true }], text);
    }
    assert.equal((await bookings()) - before, 1);
  } finally {
    await gateway.stop();
  }
});

test("a duplicate is told to come back while the loyalty server takes its time", async () => {
  const customers = { ola: { id: "shop-customer-3", token: await sandbox.signIn("ola@example.com") } };
  const gateway = await start({ customers });
  try {
    const key = newKey();
    const before = await bookings();
    await sandbox.fault({ fault: "stall_headers", method: "POST" });
    const seen = (await sandbox.requests()).length;
    const first = gateway.post("events/photo.shared", "ola", key);
    while ((await sandbox.requests()).length === seen) await new Promise((resolve) => setTimeout(resolve, 20));
    const reused = await gateway.post("events/facebook_like", "ola", key);
    assert.deepEqual([reused.status, reused.body.error.code], [422, "key_reused"]);
    const pending = await gateway.get(`awards/${key}`, "ola");
    assert.deepEqual(pending.body, { key, state: "pending", operation: "triggerEvent" });
    const { status, headers, body } = await gateway.post("events/photo.shared", "ola", key);
    assert.deepEqual([status, body.error.code, body.error.outcome, body.final], [409, "in_progress", "unknown", false]);
    assert.equal(headers.get("retry-after"), "1");
    // Its time is up, and the customer's usages tell the rest.
    assert.deepEqual((await first).body, { points: 12.5, final: true });
    assert.equal((await bookings()) - before, 1);
  } finally {
    await gateway.stop();
  }
});

test("the client gets the same results and the same errors through it", async () => {
  const gateway = await start();
  try {
    const loyalty = { gatewayUrl: gateway.url, headers: { cookie: "session=anna", origin: ORIGIN } };
    const { earningRules } = await listEarningRules(loyalty);
    assert.ok(earningRules.length > 5);
    assert.deepEqual(await triggerEvent(loyalty, "photo.shared"), { points: 12.5 });
    await sandbox.fault({ fault: "drop_before", method: "POST" });
    const idempotencyKey = newKey();
    const failed = await triggerEvent(loyalty, "photo.shared", { idempotencyKey }).catch((error) => error);
    assert.ok(isLoyaltyError(failed, "network"), failed);
    assert.deepEqual([failed.outcome, failed.attempts, failed.idempotencyKey], ["unknown", 1, idempotencyKey]);
    const refused = await triggerEvent(loyalty, "review.written").catch((error) => error);
    assert.ok(isLoyaltyError(refused, "forbidden"), refused);
    assert.equal(refused.outcome, "not_applied");
  } finally {
    await gateway.stop();
  }
});

for (const [about, fault, books] of [
  ["before the loyalty server has it", { fault: "drop_before", delayMs: 60_000 }, 0],
  ["after the loyalty server has booked it", { fault: "stall_headers" }, 1],
]) {
  test(`a worker that is killed ${about} never sends an award again`, {
    skip: process.platform !== "linux" && "needs /proc",
  }, async () => {
    const key = newKey();
    const before = await bookings();
    await sandbox.fault({ ...fault, method: "POST" });
    const seen = (await sandbox.requests()).length;
    const first = await start();
    const running = (await children("workerd")).at(-1);
    assert.ok(running, "workerd is a child of this process");
    const lost = first.post("events/photo.shared", "anna", key).then(
      () => "answered",
      () => "lost",
    );
    while ((await sandbox.requests()).length === seen) await new Promise((resolve) => setTimeout(resolve, 20));
    process.kill(running, "SIGKILL");
    assert.equal(await lost, "lost");
    await first.stop();
    await sandbox.clearFaults();

    const second = await start();
    try {
      const answers = [
        await second.post("events/photo.shared", "anna", key),
        await second.post("events/photo.shared", "anna", key),
      ];
      for (const { status, body } of answers) {
        const settled = [200, { points: 12.5, final: true }];
        const unknown = [500, "unknown", true];
        if (status === 200) assert.deepEqual([status, body], settled);
        else assert.deepEqual([status, body.error.outcome, body.final], unknown);
        assert.ok(books === 1 || status !== 200, "no booking is promised that is none");
      }
      assert.equal((await bookings()) - before, books);
    } finally {
      await second.stop();
    }
  });
}

test("the alarm tells the store of what a crash has left, and forgets what is old", async () => {
  const gateway = await start({
    customers: { jan: { id: "shop-customer-2", token: await sandbox.signIn("jan@example.com") } },
  });
  try {
    const key = newKey();
    const scope = createHash("sha256").update("/loyalty customer shop-customer-2").digest("hex");
    const ring = async (ageMs) => (await gateway.get(`test-alarm?scope=${scope}&ageMs=${ageMs}`)).body;
    await sandbox.fault({ fault: "drop_before", method: "POST" });
    assert.equal((await gateway.post("events/photo.shared", "jan", key)).status, 502);
    const told = () => gateway.output().match(new RegExp(`unknown .*"key":"${key}"`, "g"))?.length;
    assert.equal(told(), 1);
    const rows = await ring(120_000);
    assert.equal(JSON.parse(rows.find((row) => row.key === key).row).reported, true);
    assert.equal(told(), 1);
    // Five minutes later without a usage, it is clear that nothing was booked.
    await ring(300_000);
    const { body } = await gateway.get(`awards/${key}`, "jan");
    assert.deepEqual([body.state, body.answer.error.outcome], ["rejected", "not_applied"]);
    assert.deepEqual(await ring(31 * 86_400_000), []);
    assert.equal((await gateway.get(`awards/${key}`, "jan")).status, 404);
  } finally {
    await gateway.stop();
  }
});
