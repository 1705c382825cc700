// Next.js with either of its bundlers: client and server components, a route handler and an edge route.
import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { after, before, suite, test } from "node:test";

import { assertScenario } from "../../packaging/expected.mjs";
import { launch, openPage } from "../../support/browser.mjs";
import { createConsumer } from "../../support/consumer.mjs";
import { startProcess } from "../../support/process.mjs";
import { startSandbox } from "../../support/sandbox.mjs";

// With webpack, Next.js 16.4 can build no edge route at all: not even one without an import.
const EDGE_ROUTES = ["app/api/rules", "app/api/scenario-edge"];

for (const [bundler, hasEdge] of [
  ["turbopack", true],
  ["webpack", false],
]) {
  suite(bundler, () => {
    let sandbox;
    let consumer;
    let browser;
    let server;
    let token;
    before(async () => {
      sandbox = await startSandbox();
      token = await sandbox.signIn("anna@example.com");
      await sandbox.reset();
      consumer = await createConsumer(import.meta.url, { name: bundler, files: "app/" });
      for (const route of hasEdge ? [] : EDGE_ROUTES) await rm(consumer.path(route), { recursive: true });
      const env = {
        ...process.env,
        NEXT_TELEMETRY_DISABLED: "1",
        NODE_ENV: "production",
        LOYALTY_URL: sandbox.url,
        NEXT_PUBLIC_LOYALTY_URL: sandbox.url,
        CAMPAIGN_ID: "sandbox-campaign",
        KOOMALOOMA_JWT: "sandbox-partner-key",
        KOOMALOOMA_URL: `${sandbox.url}/koomalooma/api`,
      };
      await consumer.tool("next", ["build", `--${bundler}`], { env });
      const start = ["start", "--hostname", "127.0.0.1", "--port", "0"];
      server = await startProcess(consumer.toolPath("next"), start, /Local:\s+(\S+)/, { cwd: consumer.folder, env });
      browser = await launch();
    });
    after(async () => {
      await browser?.close();
      await server?.stop();
      await sandbox?.stop();
    });

    const json = async (path, init) => {
      const response = await fetch(new URL(path, server.url), init);
      const text = await response.text();
      assert.equal(response.status, 200, text + server.errors());
      return JSON.parse(text);
    };

    test("client component", async () => {
      const { page, context } = await openPage(browser, new URL("/client", server.url).href, {
        prepare: (page) => page.addInitScript((token) => sessionStorage.setItem("loyalty-token", token), token),
      });
      await page.getByText("Take the tea quiz").waitFor();
      await context.close();
    });

    test("client component: all calls, from one wasm file and no copy of it", async () => {
      const { page, context, urls } = await openPage(browser, new URL("/scenario", server.url).href);
      await page.waitForFunction(() => "report" in window);
      await assertScenario(await page.evaluate(() => window.report), sandbox, { inPage: true });
      assert.equal(urls.filter((url) => url.endsWith(".wasm")).length, 1);
      await context.close();
    });

    test("server component", async () => {
      const headers = { cookie: `loyalty-token=${token}` };
      const page = await (await fetch(new URL("/server", server.url), { headers })).text();
      assert.ok(page.includes("Take the tea quiz"), page);
    });

    test("route handler", async () => {
      const order = { orderId: "1042", customerId: "customer-1042", total: "24.90" };
      assert.deepEqual(await json("/api/award", { method: "POST", body: JSON.stringify(order) }), { loyaltyUnits: 24 });
      await sandbox.reset();
    });

    test("route handler: all calls", async () => {
      await assertScenario(await json("/api/scenario"), sandbox);
    });

    if (hasEdge) {
      test("edge route", async () => {
        const names = await json("/api/rules", { headers: { "x-loyalty-token": token } });
        assert.ok(names.includes("Take the tea quiz"));
      });

      test("edge route: all calls", async () => {
        await assertScenario(await json("/api/scenario-edge"), sandbox);
      });
    }
  });
}
