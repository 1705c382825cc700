// A browser sends a POST again by itself when a used connection drops before the first byte of the answer. Straight to a
// server that is two bookings (docs/conformance.md); through the gateway it is one, wherever the line breaks.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";

import { startGateway } from "../support/gateway.mjs";
import { startRelay } from "../support/relay.mjs";
import { PAGES, startRuntime, TITLES } from "../support/runtimes/start.mjs";
import { startSandbox } from "../support/sandbox.mjs";

const AGENT = new URL("resend-agent.mjs", import.meta.url);

for (const name of PAGES) {
  describe(TITLES[name], () => {
    let sandbox;
    let page;
    let gateway;
    let relay;

    before(async () => {
      sandbox = await startSandbox();
      page = await startRuntime(name, AGENT);
      const token = await sandbox.signIn("anna@example.com");
      const origin = await page.perform({ ask: "origin" });
      gateway = await startGateway({
        sandbox,
        customers: { anna: { id: "anna", token } },
        options: { origins: [origin] },
      });
    });
    after(async () => {
      await page?.stop();
      await gateway?.stop();
      await sandbox?.stop();
    });
    beforeEach(async () => {
      relay = await startRelay(Number(new URL(gateway.url).port));
    });
    afterEach(() => relay?.stop());

    const booked = async () => (await sandbox.ledger()).filter(({ kind }) => kind === "event").length;
    const award = () =>
      page.perform({
        gateway: { gatewayUrl: `${relay.url}/loyalty`, credentials: "include" },
        session: "anna",
      });
    const isWarm = () => relay.connections.some((methods) => methods.indexOf("POST") > methods.indexOf("GET"));

    test("the line to the gateway drops when the award is done: one booking, and its points", async () => {
      const before = await booked();
      relay.cut("POST");
      const { points, code } = await award();
      assert.equal(points, 12.5, code);
      assert.equal(relay.connections.flat().filter((method) => method === "POST").length, 2, "it was sent again");
      assert.ok(isWarm());
      assert.equal((await booked()) - before, 1);
    });

    test("the line to the server drops when the award is done: it is sent once, and looked up", async () => {
      const before = await booked();
      const sent = async () => (await sandbox.requests()).filter(({ path }) => path.endsWith("/photo.shared")).length;
      const sentBefore = await sent();
      await sandbox.fault({ fault: "apply_then_drop", method: "POST", path: "/photo.shared" });
      const { points, code } = await award();
      // The customer's own usages have told.
      assert.equal(points, 12.5, code);
      assert.equal((await sent()) - sentBefore, 1);
      assert.ok(isWarm());
      assert.equal((await booked()) - before, 1);
    });
  });
}
