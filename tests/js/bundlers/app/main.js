import * as earnkit from "earnkit";

import { scenario } from "./scenario.mjs";
import { showRules } from "./shop.js";

const sandboxUrl = new URLSearchParams(location.search).get("sandbox");

window.report = (async () => {
  await showRules(document.querySelector("#rules"));
  return scenario(earnkit, sandboxUrl, { inPage: true });
})();
