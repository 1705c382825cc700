// Chromium and Firefox: a page of an origin of its own.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname } from "node:path";

import { launch } from "../browser.mjs";
import { packageUrl } from "../package.mjs";
import { packageEntry } from "./files.mjs";

const TYPES = { ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm" };

const page = `<!doctype html>
<title>agent</title>
<link rel="icon" href="data:,">
<script type="importmap">
{ "imports": { "earnkit": "/package/${packageEntry("browser").href.slice(packageUrl.href.length)}" } }
</script>
<script type="module">
import { perform } from "/agent.mjs";
window.perform = perform;
document.title = "ready";
</script>
`;

async function servePage(agent) {
  const server = createServer(async (request, response) => {
    const file = request.url === "/agent.mjs" ? agent : new URL(request.url.replace(/^\/package\//, ""), packageUrl);
    try {
      const body = request.url === "/" ? page : await readFile(file);
      response.setHeader("content-type", TYPES[extname(request.url)] ?? "text/html");
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

const OPEN = {
  async chromium(url, say) {
    const browser = await launch();
    const page = await browser.newPage();
    page.on("console", (message) => say(message.text()));
    page.on("pageerror", (error) => say(error.stack));
    await page.goto(url);
    await page.waitForFunction(() => document.title === "ready");
    return { browser, page };
  },
  async firefox(url, say) {
    const { default: puppeteer } = await import("puppeteer-core");
    const browser = await puppeteer.launch({
      browser: "firefox",
      executablePath: process.env.FIREFOX ?? "/usr/bin/firefox-esr",
      headless: true,
      protocolTimeout: 60_000,
    });
    const page = await browser.newPage();
    // Over WebDriver BiDi an error has no text, only its fields.
    const text = async (handle) => JSON.stringify(await handle.jsonValue());
    page.on("console", async (message) => say((await Promise.all(message.args().map(text))).join(" ")));
    page.on("pageerror", (error) => say(error.stack));
    await page.goto(url);
    await page.waitForFunction(() => document.title === "ready");
    return { browser, page };
  },
};

export async function startBrowser(name, agent) {
  const server = await servePage(agent);
  let output = "";
  const { browser, page } = await OPEN[name](`http://127.0.0.1:${server.address().port}/`, (text) => {
    output += `${text}\n`;
  });
  return {
    perform: (task) => page.evaluate((given) => window.perform(given), task),
    output: () => output,
    async stop() {
      await browser.close();
      server.closeAllConnections();
      server.close();
    },
  };
}
