// The gallery: every shop on it speaks to one sandbox inside the page, as the same customer.
import { loadSandbox, login } from "../earnkit.js";
import { ACTIONS } from "../js/actions.js";
import { CUSTOMER, STORE_CODE, TIME_ZONE } from "../js/demo-accounts.js";

/** What stands under a shop is the file that makes it look so. */
async function showSource(code) {
  const response = await fetch(code.dataset.source);
  code.textContent = response.ok ? (await response.text()).trim() : response.statusText;
}

/** What is shown is what runs, its script too. */
function showPlain(place, markup, loyalty) {
  const parsed = document.createRange().createContextualFragment(markup);
  // There is no gateway behind this page, and a `loyalty` goes before one.
  for (const element of parsed.querySelectorAll("[gateway]")) element.loyalty = loyalty;
  place.append(parsed);
}

async function showReact(place, loyalty) {
  try {
    const { mount } = await import("./react/page.js");
    mount(place, { loyalty, actions: ACTIONS });
  } catch {
    place.hidden = true;
    document.querySelector("[data-no-react]").hidden = false;
  }
}

const codes = [...document.querySelectorAll("[data-source]")];
await Promise.all(codes.map(showSource));

const sandbox = (await loadSandbox()).createSandbox();
const server = { baseUrl: sandbox.baseUrl, storeCode: STORE_CODE, fetch: sandbox.fetch };
const { token } = await login(server, CUSTOMER);
const loyalty = { ...server, token };
showPlain(document.querySelector("[data-plain]"), codes.at(-1).textContent, loyalty);
await showReact(document.querySelector("[data-react]"), loyalty);
for (const element of document.querySelectorAll("earnkit-rules, earnkit-estimate")) {
  Object.assign(element, { loyalty, timeZone: TIME_ZONE });
  if (element.localName === "earnkit-rules") element.actions = ACTIONS;
}
