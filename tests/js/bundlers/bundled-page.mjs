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

  /** Opens a page that has the shop's list of rules, and waits for the list; `asked` gives the paths of its own files. */
  async function openList(url) {
    const token = await sandbox.signIn("anna@example.com");
    await sandbox.reset();
    const { page, context, messages, urls } = await openPage(browser, url, {
      prepare: async (page) => {
        await page.addInitScript((token) => sessionStorage.setItem("loyalty-token", token), token);
        await page.route(`${SHOP_API}/**`, async (route) => {
          const target = route.request().url().replace(SHOP_API, sandbox.url);
          await route.fulfill({ response: await route.fetch({ url: target }) });
        });
      },
    });
    const rules = page.locator("#rules li");
    await rules
      .first()
      .waitFor()
      .catch((error) => assert.fail(`${error.message}\n${messages.join("\n")}`));
    assert.ok((await rules.allInnerTexts()).includes("Take the tea quiz"));
    const { origin } = new URL(url);
    const asked = () => urls.filter((asked) => asked.startsWith(origin)).map((asked) => new URL(asked).pathname);
    return { page, context, messages, asked };
  }

  /** Runs a page with the list and the scenario. */
  async function runPage(url) {
    const { page, context, messages, asked } = await openList(`${url}?sandbox=${encodeURIComponent(sandbox.url)}`);
    await assertScenario(await page.evaluate(() => window.report), sandbox, { inPage: true });
    await context.close();
    // The scenario's own failure, which Chromium reports on its own.
    return { paths: asked(), messages: messages.filter((message) => !message.includes("a status of 400")) };
  }

  return {
    consumer,
    runPage,
    /** Puts the shop's page into a folder, with another way to load its script. */
    async writePage(folder, script) {
      const page = await readFile(consumer.path("index.html"), "utf8");
      await writeFile(consumer.path(folder, "index.html"), page.replace(/<script.*<\/script>/, script));
    },
    /** A page of the project as it is, without a bundler. */
    async runFile(file) {
      const host = await serveFolder(consumer.folder);
      try {
        const { context, messages, asked } = await openList(host.url + file);
        await context.close();
        return { paths: asked(), messages };
      } finally {
        await host.stop();
      }
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
