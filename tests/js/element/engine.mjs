// The elements in another engine than Chromium, in one session and on one page: what a visitor sees, does and hears.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { eventually } from "../support/eventually.mjs";
import { startSandbox } from "../support/sandbox.mjs";
import { startHost } from "./host.mjs";
import { customEvent, STATUS } from "./store.mjs";

const PATIENCE_MS = 30_000;

/** What the page can be asked, in expressions without a line of their own. */
const HELPERS = `
window.rules = () => document.querySelector("earnkit-rules").shadowRoot;
window.cardOf = (title) => [...rules().querySelectorAll(".card")].find((card) => card.querySelector(".title").textContent === title);
window.shows = (title, text) => Boolean(cardOf(title)?.innerText.includes(text));
window.page = (text) => rules().querySelector(".root").innerText.includes(text);
window.spoken = () => rules().querySelector("[role=status]").textContent;
window.focused = () => document.activeElement?.shadowRoot?.activeElement;
window.colour = (part) => getComputedStyle(rules().querySelector(part)).color;
window.violations = async () => (await axe.run(document)).violations.map(({ id, nodes }) => id + ": " + nodes[0].html);
window.heard = [];
for (const name of ["points", "error", "trigger"]) addEventListener("earnkit-" + name, ({ detail }) => window.heard.push(name + " " + (detail.error?.code ?? detail.points)));
window.columns = () => new Set([...rules().querySelectorAll(".card")].map((card) => card.offsetLeft)).size;
window.fits = () => {
  scrollTo(1e4, 0);
  return scrollX === 0 && [...rules().querySelectorAll(".card")].every((card) => card.scrollWidth <= card.clientWidth);
};
window.watchPieces = () => {
  const { port1, port2 } = new MessageChannel();
  let seen = 0;
  window.pieces = [];
  // Comes to its turn after each task of the element.
  port1.onmessage = () => {
    const { length } = rules().querySelector(".list").children;
    if (length > seen) window.pieces.push(length - seen);
    seen = length;
    if (seen < 500) port2.postMessage(null);
  };
  port2.postMessage(null);
};
window.look = async () => { window.found = undefined; window.found = JSON.stringify(await window.violations()); };
`;

/**
 * @param {string} name what to call the engine
 * @param {() => Promise<{ open: (url: string) => Promise<void>, evaluate: (expression: string) => Promise<unknown>, press: (key: string) => Promise<void>, close: () => Promise<void> }>} start
 */
export function testElements(name, start) {
  let sandbox;
  let host;
  let browser;
  before(async () => {
    sandbox = await startSandbox();
    host = await startHost();
    browser = await start();
  });
  after(async () => {
    await browser?.close();
    await host?.stop();
    await sandbox?.stop();
  });

  const shows = (expression) =>
    eventually(() => browser.evaluate(`Boolean(${expression})`), Boolean, PATIENCE_MS).catch((error) => {
      throw new Error(`${name}: not so: ${expression}`, { cause: error });
    });
  const run = (statement) => browser.evaluate(`(() => { ${statement} })()`);
  const element = 'document.querySelector("earnkit-rules")';

  async function openStore({ body, css = "", token }) {
    const url = host.page({
      body,
      css,
      head: '<script src="/axe.js"></script>',
      script: `import "/element.js"; ${HELPERS}
        for (const element of document.querySelectorAll("earnkit-rules, earnkit-estimate")) {
          element.actions = new Proxy({}, { get: () => () => {} });
          element.token = ${JSON.stringify(token)};
        }
        window.ready = true;`,
    });
    await browser.open(url);
    await shows("window.ready");
  }

  async function assertAccessible() {
    await run("window.look();");
    await shows("window.found !== undefined");
    assert.deepEqual(JSON.parse(await browser.evaluate("window.found")), []);
  }

  test(`${name}: rendering, claiming, limits, refusals, offline, languages, themes, keyboard, axe`, async () => {
    const token = await sandbox.signIn("anna@example.com");
    const server = `base-url="${sandbox.url}" time-zone="Europe/Warsaw"`;
    await openStore({
      token,
      css: "html.dark { background: #131412; color: #edece8; }",
      body: `<p tabindex="-1" id="start">Start</p><earnkit-estimate ${server} sku="mug-classic" gross-value="9.90"></earnkit-estimate><earnkit-rules ${server} chips></earnkit-rules>`,
    });
    await shows('cardOf("Like us")?.querySelector("button:not([hidden])")');
    await shows('document.querySelector("earnkit-estimate").shadowRoot.textContent.includes("19.80 points")');
    assert.equal(await browser.evaluate("colour('.card .figure')"), "rgb(31, 107, 79)");
    await assertAccessible();

    await run('document.getElementById("start").focus();');
    for (const [key, expected] of [
      ["Tab", 'focused()?.value === "all"'],
      ["ArrowRight", 'focused()?.value === "actions"'],
      ["Tab", 'focused()?.ariaLabel === "Claim 100 points: Like us"'],
    ]) {
      await browser.press(key);
      await shows(expected);
    }
    await browser.press("Enter");
    await shows('shows("Like us", "100 points earned.") && shows("Like us", "1 of 2 today")');
    await shows('spoken() === "100 points earned, 1 of 2 used"');
    await shows('focused()?.ariaLabel === "Claim 100 points: Like us"');
    await browser.press("Enter");
    await shows('shows("Like us", "Again tomorrow.")');
    await shows('focused()?.textContent === "Again tomorrow."');

    await sandbox.fault({ fault: "status", status: 403, method: "POST", path: "/customer/earningRule/" });
    await run('cardOf("Show your mug").querySelector("button").click();');
    await shows('shows("Show your mug", "forbidden · not_applied")');
    assert.equal(
      await browser.evaluate("heard.join()"),
      "trigger 100,points 100,trigger 100,points 100,trigger 12.5,error forbidden",
    );

    await run(
      'Object.defineProperty(navigator, "onLine", { get: () => false, configurable: true }); dispatchEvent(new Event("offline"));',
    );
    await shows('page("You\'re offline.") && cardOf("Show your mug").querySelector("button").ariaDisabled === "true"');
    await run('delete navigator.onLine; dispatchEvent(new Event("online"));');
    await shows('!page("You\'re offline.")');

    await run('document.documentElement.classList.add("dark"); document.documentElement.lang = "pl";');
    await shows("colour('.card .figure') === 'rgb(124, 203, 165)'");
    await shows('cardOf("Show your mug").querySelector("button").ariaLabel === "Odbierz 12,5 punktu: Show your mug"');
    await assertAccessible();
    await run('document.documentElement.lang = "de";');
    await shows('shows("Like us", "Wieder morgen.")');
    const events = (await sandbox.ledger()).filter(({ kind }) => kind === "event");
    assert.deepEqual(
      events.map(({ points }) => points),
      [100, 100],
    );
  });

  test(`${name}: 200 % zoom, a list that can't be read, and Retry`, async () => {
    await sandbox.reset();
    await sandbox.fault({ fault: "status", status: 400, method: "GET", path: "/customer/earningRule" });
    await openStore({
      token: await sandbox.signIn("anna@example.com"),
      css: "html.zoomed { zoom: 2; }",
      body: `<earnkit-rules base-url="${sandbox.url}" time-zone="Europe/Warsaw" chips></earnkit-rules>`,
    });
    await shows(`page("The loyalty server didn't accept this.") && page("rejected · not_applied")`);
    assert.equal(await browser.evaluate("rules().querySelectorAll('.card').length"), 0);
    await run("rules().querySelector('.state .button').click();");
    await shows('cardOf("Like us")?.querySelector("button:not([hidden])") && !page("rejected")');
    const columns = await browser.evaluate("columns()");
    assert.ok(columns > 1);
    await run('document.documentElement.classList.add("zoomed");');
    await shows(`columns() < ${columns}`);
    await shows("fits()");
    await run('cardOf("Like us").querySelector("button").click();');
    await shows('shows("Like us", "1 of 2 today")');
    await assertAccessible();
  });

  test(`${name}: 500 rules of a server come in pieces, between which the page can answer`, async () => {
    const earningRules = Array.from({ length: 500 }, (_, index) => customEvent(index, { usages: [] }));
    host.route("GET /many/earning-rules", () => ({ status: 200, body: { earningRules, currency: "EUR" } }));
    host.route("GET /many/status", () => ({ status: 200, body: STATUS }));
    await openStore({ body: "<earnkit-rules></earnkit-rules>", token: null });
    await run(`watchPieces(); ${element}.gateway = "/many";`);
    await shows(
      'window.pieces.reduce((sum, cards) => sum + cards, 0) === 500 && cardOf("Rule 499").textContent.includes("0 of 2 today")',
    );
    const pieces = JSON.parse(await browser.evaluate("JSON.stringify(window.pieces)"));
    assert.ok(pieces.length > 3, String(pieces));
  });

  test(`${name}: hostile texts at 320 px, five hundred rules, none`, async () => {
    await openStore({
      body: '<div id="narrow"><earnkit-rules></earnkit-rules></div>',
      css: "#narrow { width: 304px; }",
      token: null,
    });
    const texts = ['<img src=x onerror="window.hacked=1">', "W".repeat(10_000), "\u202Egnihtemos"];
    const rules = texts.map((text, index) =>
      customEvent(index, { name: text, description: text, levelNames: { gold: text } }),
    );
    const give = (list) => run(`${element}.rules = ${JSON.stringify({ earningRules: list, currency: "EUR" })};`);
    await give(rules);
    await shows(`${element}.shadowRoot.querySelectorAll(".card").length === 3`);
    await shows(
      `[...${element}.shadowRoot.querySelectorAll(".card")].every((card) => card.scrollWidth <= card.clientWidth)`,
    );
    assert.equal(await browser.evaluate("String(window.hacked)"), "undefined");
    await give(Array.from({ length: 500 }, (_, index) => customEvent(index)));
    await shows(`${element}.shadowRoot.querySelectorAll(".card").length === 500`);
    await shows('cardOf("Rule 499").textContent.includes("Twice a day")');
    await give([]);
    await shows('page("No ways to earn right now.")');
  });
}
