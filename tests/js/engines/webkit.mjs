// WebKitGTK's own small browser, on a display that nobody sees.
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { createServer } from "node:net";

import { Builder, Capabilities, Key } from "selenium-webdriver";

import { eventually } from "../support/eventually.mjs";

const DRIVER = process.env.WEBKIT_DRIVER ?? "/usr/bin/WebKitWebDriver";
const LIBRARIES = "/usr/lib";
const START_TIMEOUT_MS = 30_000;
const KEYS = { Tab: Key.TAB, Enter: Key.ENTER, ArrowRight: Key.ARROW_RIGHT };

/** The browser, in a folder that is named after the architecture and the version. */
function findBrowser() {
  const find = (folder, pattern) =>
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && pattern.test(entry.name))
      .map((entry) => `${folder}/${entry.name}`);
  const folders = find(LIBRARIES, /-linux-gnu/).flatMap((folder) => find(folder, /^webkit2?gtk-\d/));
  const found = folders.find((folder) => readdirSync(folder).includes("MiniBrowser"));
  if (!found) throw new Error("WebKitGTK's MiniBrowser was not found");
  return `${found}/MiniBrowser`;
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function startDriver() {
  const port = await freePort();
  // A group of its own, so that the display and the browser end with it.
  const child = spawn("xvfb-run", ["-a", DRIVER, "-p", String(port)], { detached: true, stdio: "ignore" });
  const url = `http://127.0.0.1:${port}`;
  const stop = () => process.kill(-child.pid);
  try {
    await eventually(
      () =>
        fetch(`${url}/status`).then(
          ({ ok }) => ok,
          () => false,
        ),
      Boolean,
      START_TIMEOUT_MS,
    );
  } catch (error) {
    stop();
    throw error;
  }
  return { url, stop };
}

export async function startWebKit() {
  const driver = await startDriver();
  const options = { binary: findBrowser(), args: ["--automation"] };
  const capabilities = new Capabilities({ browserName: "MiniBrowser", "webkitgtk:browserOptions": options });
  const browser = await new Builder().usingServer(driver.url).withCapabilities(capabilities).build();
  return {
    open: (url) => browser.get(url),
    evaluate: (expression) => browser.executeScript(`return ${expression}`),
    /** A key as `KeyboardEvent.key` names it. */
    press: (key) =>
      browser
        .actions()
        .sendKeys(KEYS[key] ?? key)
        .perform(),
    async close() {
      await browser.quit();
      driver.stop();
    },
  };
}
