// A page from a bundler's output or its development server, in Chromium.
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";

import { assertScenario } from "../packaging/expected.mjs";
import { launch, openPage } from "../support/browser.mjs";
import { createConsumer } from "../support/consumer.mjs";
import { startSandbox } from "../support/sandbox.mjs";
import { serveFolder } from "../support/static.mjs";

const SHOP_API = "https://loyalty.example.com";

/** A project with the shop's page, a sandbox and a browser. */
export async function startBundler(testUrl) {
  const consumer = await createConsumer(testUrl, { files: new URL("app/", import.meta.url) });
  const sandbox = await startSandbox();
  const browser = await launch();

  /** Runs the page, and gives the paths that it asked its own server for. */
  async function runPage(url) {
    const token = await sandbox.signIn("anna@example.com");
    await sandbox.reset();
    const { page, context, messages, urls } = await openPage(
      browser,
      `${url}?sandbox=${encodeURIComponent(sandbox.url)}`,
      {
        prepare: async (page) => {
          await page.addInitScript((token) => sessionStorage.setItem("loyalty-token", token), token);
          await page.route(`${SHOP_API}/**`, async (route) => {
            const target = route.request().url().replace(SHOP_API, sandbox.url);
            await route.fulfill({ response: await route.fetch({ url: target }) });
          });
        },
      },
    );
    const rules = page.locator("#rules li");
    await rules
      .first()
      .waitFor()
      .catch((error) => assert.fail(`${error.message}\n${messages.join("\n")}`));
    assert.ok((await rules.allInnerTexts()).includes("Take the tea quiz"));
    const report = await page.evaluate(() => window.report);
    await assertScenario(report, sandbox, { inPage: true });
    await context.close();
    const { origin } = new URL(url);
    // The scenario's own failure, which Chromium reports on its own.
    const unexpected = messages.filter((message) => !message.includes("a status of 400"));
    return {
      paths: urls.filter((asked) => asked.startsWith(origin)).map((asked) => new URL(asked).pathname),
      messages: unexpected,
    };
  }

  return {
    consumer,
    runPage,
    /** Puts the shop's page into a folder, with another way to load its script. */
    async writePage(folder, script) {
      const page = await readFile(consumer.path("index.html"), "utf8");
      await writeFile(consumer.path(folder, "index.html"), page.replace(/<script.*<\/script>/, script));
    },
    /** The page out of a folder of the project, behind a plain file server. */
    async runFolder(folder) {
      const host = await serveFolder(consumer.path(folder));
      try {
        return await runPage(host.url);
      } finally {
        await host.stop();
      }
    },
    async stop() {
      await browser.close();
      await sandbox.stop();
    },
  };
}

export const endingIn = (ending, files) => files.filter((file) => file.endsWith(ending));
