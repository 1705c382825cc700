// The package in another runtime: an agent module runs there, and its `perform` is called from here.
import { startBrowser } from "./browsers.mjs";
import { startProcessHost } from "./processes.mjs";
import { startWorkerd } from "./workerd.mjs";

const STARTS = {
  node: startProcessHost,
  deno: startProcessHost,
  bun: startProcessHost,
  workerd: startWorkerd,
  chromium: startBrowser,
  firefox: startBrowser,
};

/** What can't be had on this machine; who runs the tests says so. */
export const NOT_RUN = (process.env.EARNKIT_NOT_RUN ?? "").split(",").filter(Boolean);
const here = (names) => names.filter((name) => !NOT_RUN.includes(name));

export const SERVERS = here(["node", "bun", "workerd", "deno"]);
export const PAGES = here(["chromium", "firefox"]);

/** How people write their names. */
export const TITLES = {
  node: "Node.js",
  deno: "Deno",
  bun: "Bun",
  workerd: "workerd",
  chromium: "Chromium",
  firefox: "Firefox",
};

/**
 * Starts a runtime with an agent: a module that imports nothing but the package, and exports `perform`.
 * `perform(task)` runs it there; `output()` is everything that the runtime printed; both speak JSON.
 */
export const startRuntime = (name, agent) => STARTS[name](name, agent);
