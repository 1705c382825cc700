// How a page gets the wasm, and what it is told when it doesn't: cause and remedy, in Chromium.
import assert from "node:assert/strict";
import { cp, readFile, writeFile } from "node:fs/promises";
import { after, before, test } from "node:test";

import { assertScenario } from "./expected.mjs";
import { startPages } from "./pages.mjs";

const SCENARIO = `
  import * as earnkit from "PACKAGE/browser.js";
  import { scenario } from "/scenario.mjs";
  window.result = scenario(earnkit, "SANDBOX", { inPage: true });`;

/** What `init` says: nothing or the message of its error. */
const INIT = `
  import { init, isLoyaltyError } from "PACKAGE/browser.js";
  window.attempt = () => init().then(() => null, (error) => isLoyaltyError(error, "load_failed") && error.message);
  window.result = window.attempt();`;

const STRICT = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; img-src data:; connect-src 'self' SANDBOX";
const WITHOUT_WASM = STRICT.replace(" 'wasm-unsafe-eval'", "");

let pages;
let wasm;
before(async () => {
  pages = await startPages(import.meta.url);
  wasm = await readFile(pages.consumer.path("node_modules/earnkit/earnkit.wasm"));
});
after(() => pages?.stop());

/** Answers for the wasm file, and for the inlined bytes with a 404, so that nothing stands in for it. */
const serving = (status, type, body) => (request, response) => {
  if (request.url.endsWith("/inline.js")) response.writeHead(404).end();
  else if (request.url.endsWith("/earnkit.wasm")) response.writeHead(status, { "content-type": type }).end(body);
  else return false;
  return true;
};

test("a page loads the wasm file and no copy of it", async () => {
  const { result, paths } = await pages.run(SCENARIO);
  await assertScenario(result, pages.sandbox, { inPage: true });
  assert.equal(paths.filter((path) => path.endsWith("/earnkit.wasm")).length, 1);
  assert.ok(!paths.some((path) => path.endsWith("/inline.js")));
});

test("a strict Content-Security-Policy with 'wasm-unsafe-eval'", async () => {
  const { result } = await pages.run(SCENARIO, { csp: STRICT });
  await assertScenario(result, pages.sandbox, { inPage: true });
});

test("without 'wasm-unsafe-eval' the error says what to add, and the inlined bytes are not fetched in vain", async () => {
  const { result, paths } = await pages.run(INIT, { csp: WITHOUT_WASM });
  assert.match(result, /^init: load failed\. .*add 'wasm-unsafe-eval' to script-src.* or import earnkit\/js\.$/);
  assert.ok(!paths.some((path) => path.endsWith("/inline.js")));
});

test("earnkit/js needs no 'wasm-unsafe-eval'", async () => {
  const { result } = await pages.run(SCENARIO.replace("browser.js", "js.js"), { csp: WITHOUT_WASM });
  await assertScenario(result, pages.sandbox, { inPage: true });
});

test("a connect-src without the page's own origin: the inlined bytes stand in", async () => {
  const { result } = await pages.run(SCENARIO, { csp: STRICT.replace("connect-src 'self'", "connect-src") });
  await assertScenario(result, pages.sandbox, { inPage: true });
});

const withoutWebAssembly = (page) =>
  page.addInitScript(() => {
    delete globalThis.WebAssembly;
  });

test("a browser without WebAssembly is sent to earnkit/js, which works there", async () => {
  const { result } = await pages.run(INIT, { prepare: withoutWebAssembly });
  assert.match(result, /There is no WebAssembly here: import earnkit\/js\.$/);
  const { result: report } = await pages.run(SCENARIO.replace("browser.js", "js.js"), { prepare: withoutWebAssembly });
  await assertScenario(report, pages.sandbox, { inPage: true });
});

test("earnkit/js in a worker without WebAssembly", async () => {
  await writeFile(
    pages.consumer.path("worker.mjs"),
    `import * as earnkit from "./node_modules/earnkit/js.js";
    import { scenario } from "./scenario.mjs";
    delete globalThis.WebAssembly;
    postMessage(await scenario(earnkit, "${pages.sandbox.url}", { inPage: true }));`,
  );
  const { result } = await pages.run(`
    const worker = new Worker("/worker.mjs", { type: "module" });
    window.result = new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = ({ message }) => reject(new Error(message));
    });`);
  await assertScenario(result, pages.sandbox, { inPage: true });
});

for (const [what, status, type, body, message] of [
  [
    "is missing",
    404,
    "text/plain",
    () => "not here",
    /\/earnkit\.wasm is no WebAssembly \(status 404, text\/plain\): serve earnkit\.wasm there\.$/,
  ],
  [
    "is a page",
    200,
    "text/html",
    () => "<!doctype html>",
    /\/earnkit\.wasm is no WebAssembly \(status 200, text\/html\): serve earnkit\.wasm there\.$/,
  ],
  [
    "is empty",
    200,
    "text/html",
    () => "",
    /\/earnkit\.wasm is no WebAssembly \(status 200, text\/html\): serve earnkit\.wasm there\.$/,
  ],
  [
    "is cut off",
    200,
    "application/wasm",
    () => wasm.subarray(0, 20_000),
    /earnkit\.wasm is damaged or cut off \(.+\)\.$/,
  ],
  [
    "is cut off and has no type",
    200,
    "",
    () => wasm.subarray(0, 20_000),
    /earnkit\.wasm is damaged or cut off \(.+\)\.$/,
  ],
  [
    "is of another version",
    200,
    "application/wasm",
    () => otherVersion(),
    /earnkit\.wasm does not fit the JavaScript \(.+\): serve both from the same package\.$/,
  ],
]) {
  test(`the file ${what}`, async () => {
    const { result } = await pages.run(INIT, { answer: (...args) => serving(status, type, body())(...args) });
    assert.match(result, message);
  });
}

/** The module with another build's name on its imports. */
function otherVersion() {
  const other = Buffer.from(wasm);
  const name = /\.\/([0-9a-f]{8})_bg\.js/.exec(other.toString("latin1"))[1];
  for (let at = other.indexOf(name); at >= 0; at = other.indexOf(name, at)) other.write("01234567", at, "latin1");
  return other;
}

test("any content type will do for the wasm itself", async () => {
  const { result } = await pages.run(INIT, { answer: serving(200, "application/octet-stream", wasm) });
  assert.equal(result, null);
});

test("offline, and online again", async () => {
  const { result, messages } = await pages.run("window.result = 1;", {
    act: async (page, context) => {
      await page.evaluate(async () => {
        const { init } = await import("/node_modules/earnkit/browser.js");
        window.attempt = () =>
          init().then(
            () => null,
            (error) => `${error.code}: ${error.message}`,
          );
      });
      await context.setOffline(true);
      const offline = await page.evaluate(() => window.attempt());
      await context.setOffline(false);
      const online = await page.evaluate(() => window.attempt());
      await page.evaluate(
        (result) => {
          window.result = result;
        },
        { offline, online },
      );
    },
  });
  assert.match(
    result.offline,
    /^load_failed: .*\/earnkit\.wasm could not be fetched \(.+\): check the network and the Content-Security-Policy\.$/,
    messages.join("\n"),
  );
  assert.equal(result.online, null);
});

test("a download that stalls: calls end by their own time and signal, and go on when it comes", async () => {
  let stalled;
  const { result, paths } = await pages.run(
    `
    import { listEarningRules } from "PACKAGE/browser.js";
    const call = (options) =>
      listEarningRules({ baseUrl: "SANDBOX", token: "opaque" }, options).catch(({ code, outcome, attempts }) =>
        [code, outcome, attempts].join(),
      );
    window.result = (async () => {
      const controller = new AbortController();
      const waiting = call();
      const aborted = call({ signal: controller.signal });
      const late = await call({ totalTimeoutMs: 50 });
      controller.abort();
      const ended = [late, await aborted];
      await fetch("/go-on");
      return [...ended, await waiting, await call()];
    })();`,
    {
      answer: (request, response) => {
        if (request.url.endsWith("/earnkit.wasm")) {
          response.writeHead(200, { "content-type": "application/wasm" }).write(wasm.subarray(0, 100));
          stalled = response;
        } else if (request.url === "/go-on") {
          stalled.end(wasm.subarray(100));
          response.end();
        } else return false;
        return true;
      },
    },
  );
  // The sandbox does not take this token: a request went out.
  const answered = "unauthorized,not_applied,1";
  assert.deepEqual(result, ["timeout,not_applied,0", "aborted,not_applied,0", answered, answered]);
  assert.equal(paths.filter((path) => path.endsWith("/earnkit.wasm")).length, 1, "they share one load");
});

test("two copies of the package on one page", async () => {
  await cp(pages.consumer.path("node_modules/earnkit"), pages.consumer.path("other"), { recursive: true });
  const { result } = await pages.run(`
    import * as one from "PACKAGE/browser.js";
    import * as other from "/other/browser.js";
    import { scenario } from "/scenario.mjs";
    window.result = (async () => {
      const reports = [await scenario(one, "SANDBOX", { inPage: true })];
      await fetch("SANDBOX/sandbox/reset", { method: "POST" });
      reports.push(await scenario(other, "SANDBOX", { inPage: true }));
      const failure = (call) => call.then(() => null, (error) => error);
      const [mine, theirs] = await Promise.all([failure(one.createUser({})), failure(other.createUser({}))]);
      return {
        reports,
        known: [one.isLoyaltyError(theirs, "invalid_input"), other.isLoyaltyError(mine, "invalid_input")],
        classes: [mine instanceof other.LoyaltyError, theirs instanceof one.LoyaltyError],
      };
    })();`);
  await assertScenario(result.reports[1], pages.sandbox, { inPage: true });
  assert.deepEqual(result.reports[0], result.reports[1]);
  assert.deepEqual(result.known, [true, true]);
  assert.deepEqual(result.classes, [false, false]);
});
