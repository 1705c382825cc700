// A sandbox, a host and Chromium: what most tests of the elements start with.
import { launch, openPage } from "../support/browser.mjs";
import { startSandbox } from "../support/sandbox.mjs";
import { startHost } from "./host.mjs";

/** What the page tells its tests: every event of the elements. */
const EARS = `
window.heard = [];
for (const name of ["rules", "points", "error", "trigger", "estimate"]) {
  addEventListener("earnkit-" + name, ({ detail, target }) => {
    const { error } = detail;
    window.heard.push({ name, from: target.localName, ...detail, ...(error && { error: error.code + " " + error.outcome }) });
  });
}`;

export async function startStore() {
  const sandbox = await startSandbox();
  const host = await startHost();
  const browser = await launch();
  const anna = await sandbox.signIn("anna@example.com");
  return {
    sandbox,
    host,
    browser,
    anna,
    /**
     * A page with `body`, where `URL` stands for the attributes of Anna's server. `script` runs after the elements are
     * defined; every element gets Anna's token, every event an action.
     */
    async open({
      body = "<earnkit-rules URL></earnkit-rules>",
      script = "",
      token = anna,
      lang,
      css,
      head,
      ...options
    }) {
      const address = host.page({
        body: body.replaceAll("URL", `base-url="${sandbox.url}" time-zone="Europe/Warsaw"`),
        script: `${EARS}
          import "/element.js";
          const elements = document.querySelectorAll("earnkit-rules, earnkit-estimate");
          for (const element of elements) {
            element.actions = new Proxy({}, { get: () => () => {} });
            element.token = ${JSON.stringify(token)};
          }
          const [element] = elements;
          ${script}`,
        lang,
        css,
        head,
      });
      const opened = await openPage(browser, address, options);
      return {
        ...opened,
        heard: (name) => opened.page.evaluate((name) => window.heard.filter((event) => event.name === name), name),
      };
    },
    async stop() {
      await browser.close();
      await host.stop();
      await sandbox.stop();
    },
  };
}

/** The card of a rule, by its exact title. */
export const card = (page, title) =>
  page.locator("earnkit-rules .card").filter({ has: page.getByRole("heading", { name: title, exact: true }) });

/** Waits until all of the cards are there: on a busy machine they come in pieces. */
export const listed = (page) => page.locator("earnkit-rules .list:not([aria-busy])").waitFor();

export const claimButton = (page, title) => card(page, title).getByRole("button");

/** A sentence of the quiet voice. */
export const spoken = (page, text) => page.getByRole("status").filter({ hasText: text }).waitFor({ state: "attached" });

/** A customer's status as a gateway gives it. */
export const STATUS = {
  points: 5,
  lockedPoints: 0,
  usedPoints: 0,
  expiredPoints: 0,
  totalEarnedPoints: 5,
  levelName: "Gold",
  currency: "EUR",
};

/** A rule as Open Loyalty sends it, for a page that has its rules already. */
export const customEvent = (index, more = {}) => ({
  type: "custom_event",
  earningRuleId: `rule-${index}`,
  eventName: `event.${index}`,
  name: `Rule ${index}`,
  description: `What rule ${index} is about`,
  pointsAmount: 1000 - index,
  active: true,
  allTimeActive: true,
  levels: ["gold"],
  levelNames: { gold: "Gold" },
  segments: [],
  segmentNames: {},
  pos: [],
  posNames: {},
  hasPhoto: false,
  lastExecutedRule: false,
  limit: { active: true, period: "day", limit: 2 },
  usages: null,
  ...more,
});
