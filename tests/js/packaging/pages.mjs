// Pages without a bundler, in Chromium: each is one module, and its server may do as it likes with what it asks for.
import { launch, openPage } from "../support/browser.mjs";
import { createConsumer } from "../support/consumer.mjs";
import { startSandbox } from "../support/sandbox.mjs";
import { serveFolder } from "../support/static.mjs";

const PAGE =
  '<!doctype html><title>A shop</title><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>';

export async function startPages(testUrl) {
  const consumer = await createConsumer(testUrl);
  const sandbox = await startSandbox();
  const browser = await launch();

  return {
    consumer,
    sandbox,
    /**
     * Runs a module and gives what it puts into `window.result`, a promise or not. In its text `PACKAGE` stands for the
     * package's folder and `SANDBOX` for the sandbox's address.
     */
    async run(source, { csp, answer = () => false, prepare, act } = {}) {
      const module = source.replaceAll("PACKAGE", "/node_modules/earnkit").replaceAll("SANDBOX", sandbox.url);
      const host = await serveFolder(consumer.folder, {
        headers: csp && { "content-security-policy": csp.replace("SANDBOX", sandbox.url) },
        answer: async (request, response) => {
          const bodies = { "/": ["text/html", PAGE], "/page.js": ["text/javascript", module] };
          if (!(request.url in bodies)) return answer(request, response);
          const [type, body] = bodies[request.url];
          response.writeHead(200, { "content-type": type }).end(body);
          return true;
        },
      });
      const { page, context, messages } = await openPage(browser, host.url, { prepare });
      try {
        await page
          .waitForFunction(() => "result" in window)
          .catch((error) => {
            throw new Error(`${error.message}\n${messages.join("\n")}`);
          });
        await act?.(page, context);
        return { result: await page.evaluate(() => window.result), paths: host.paths, messages };
      } finally {
        await context.close();
        await host.stop();
      }
    },
    async stop() {
      await browser.close();
      await sandbox.stop();
    },
  };
}
