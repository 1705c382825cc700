// Vite without a configuration: what it builds, and its development server.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startProcess } from "../support/process.mjs";
import { endingIn, startBundler } from "./bundled-page.mjs";

const env = { ...process.env, NO_COLOR: "1" };

/** @param {boolean} servesWasm whether the development server finds the file beside the pre-bundled package */
export function testVite(testUrl, { servesWasm }) {
  let bundler;
  before(async () => {
    bundler = await startBundler(testUrl);
  });
  after(() => bundler?.stop());

  test("vite build emits the wasm once, and the page loads that alone", async () => {
    await bundler.consumer.tool("vite", ["build"], { env });
    assert.equal(endingIn(".wasm", await bundler.consumer.list("dist")).length, 1);
    const { paths, messages } = await bundler.runFolder("dist");
    assert.equal(endingIn(".wasm", paths).length, 1);
    assert.equal(endingIn(".js", paths).length, 1, paths.join());
    assert.deepEqual(messages, []);
  });

  test("vite's development server", async () => {
    const server = await startProcess(
      bundler.consumer.toolPath("vite"),
      ["--host", "127.0.0.1", "--port", "0"],
      /Local:\s+(\S+)/,
      { cwd: bundler.consumer.folder, env },
    );
    try {
      const { paths } = await bundler.runPage(server.url);
      assert.equal(
        paths.some((path) => /inline/.test(path)),
        !servesWasm,
        paths.join(),
      );
    } finally {
      await server.stop();
    }
  });
}
