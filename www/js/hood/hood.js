// "Under the hood": closed until someone looks, and silent until then.
import { setText } from "../dom.js";
import { explainProblem } from "../explain.js";
import { points } from "../format.js";
import { problemCode } from "../problem.js";
import { mountFaults } from "./faults.js";
import { showAttempts, showGateway, showLedger, showRequests } from "./tables.js";

const POLL_MS = 2_000;
const A_DAY_AND_AN_HOUR_S = 25 * 3_600;

export function mountHood({ root, sandbox, gatewayLog, attempts, loyalty, clock, onClockMoved, onReset }) {
  const trouble = root.querySelector("[data-trouble]");
  const eventForm = root.querySelector("[data-event-form]");
  const eventAnswer = root.querySelector("[data-event-answer]");
  const table = (name) => root.querySelector(`[data-table="${name}"]`);
  const faults = mountFaults({ root, sandbox, onChange: update, report });
  let timer = null;
  // With the sandbox in the page there is no gateway between.
  root.querySelector("[data-gateway]").hidden = !gatewayLog;

  async function update() {
    showAttempts(table("attempts"), attempts());
    const [{ requests }, { entries }, waiting, lines] = await Promise.all([
      sandbox("requests"),
      sandbox("ledger"),
      sandbox("faults"),
      gatewayLog?.(),
    ]);
    if (lines) showGateway(table("gateway"), lines);
    showRequests(table("requests"), requests);
    showLedger(table("ledger"), entries);
    faults.show(waiting.faults);
  }

  async function report(work) {
    try {
      await work;
      setText(trouble, "");
    } catch (error) {
      setText(trouble, `The sandbox can't be reached: ${error.message}`);
    }
  }

  function poll() {
    clearInterval(timer);
    timer = null;
    if (!root.open) return;
    report(update());
    timer = setInterval(() => {
      if (!document.hidden && navigator.onLine) report(update());
    }, POLL_MS);
  }
  root.addEventListener("toggle", poll);

  const post = (path, body) =>
    sandbox(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });

  root.querySelector("[data-clock]").addEventListener("click", () =>
    report(
      (async () => {
        clock.follow(await post("clock", { advanceSeconds: A_DAY_AND_AN_HOUR_S }));
        onClockMoved();
        await update();
      })(),
    ),
  );
  root.querySelector("[data-reset]").addEventListener("click", () =>
    report(
      (async () => {
        await post("reset", {});
        clock.follow(await sandbox("clock"));
        await onReset();
        await update();
      })(),
    ),
  );
  eventForm.addEventListener("submit", async (event) => {
    event.preventDefault();
    setText(eventAnswer, "Waiting…");
    const { points: won, problem } = await loyalty.trigger(eventForm.querySelector("input").value);
    setText(eventAnswer, problem ? `${explainProblem(problem)} ${problemCode(problem)}` : `${points(won)} earned.`);
    await loyalty.refresh();
    await report(update());
  });

  return {
    /** For calls of the page, so that the tables follow at once. */
    changed() {
      if (root.open) report(update());
    },
  };
}
