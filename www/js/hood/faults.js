// Switches for the sandbox's faults. A fault waits for the next request that it matches and is then gone, so the
// switches show what the sandbox says is waiting.
import { el } from "../dom.js";

const TARGETS = {
  award: { method: "POST", path: "/customer/earningRule/" },
  list: { method: "GET", path: "/customer/earningRule" },
  order: { method: "POST", path: "/commitments" },
};

/** What breaks, in words, and as the sandbox names it. */
const FAULTS = [
  { label: "Do it, then fall silent", fault: "stall_headers" },
  { label: "Do it, then hang up", fault: "apply_then_drop" },
  { label: "Hang up before doing it", fault: "drop_before" },
  { label: "Answer 4 seconds late", fault: "delay", delayMs: 4_000 },
  { label: "Stop in the middle of the answer", fault: "stall_body" },
  { label: "Send half of the answer", fault: "truncate" },
  { label: "Answer with a web page", fault: "html" },
  { label: "Answer with far too much", fault: "oversize" },
  { label: "Send it elsewhere", fault: "redirect" },
  { label: "Out of order (503)", fault: "status", status: 503 },
  { label: "Too many requests (429)", fault: "status", status: 429, retryAfter: 20 },
];

/**
 * A cut line is silent. (One that is hung up on is another thing: a browser may then send the request again by
 * itself, when the connection had been used before, and the ledger shows it twice.)
 */
const CUT = FAULTS[0];
const sameFault = (waiting, { fault, status }) => waiting.fault === fault && waiting.status === status;

export function mountFaults({ root, sandbox, onChange, report }) {
  const cut = root.querySelector("[data-cut]");
  const list = root.querySelector("[data-faults]");
  const target = root.querySelector("[data-target]");
  let waiting = [];

  const switches = FAULTS.map((fault) => {
    const input = el("input", { type: "checkbox", role: "switch" });
    input.addEventListener("change", () => report(toggle(fault, input.checked)));
    list.append(el("li", {}, el("label", { class: "switch" }, input, el("span", {}, fault.label))));
    return { fault, input };
  });
  cut.addEventListener("click", () => {
    target.value = "award";
    report(toggle(CUT, true));
  });
  target.addEventListener("change", () => show(waiting));

  const isWaiting = (fault) =>
    waiting.some((other) => sameFault(other, fault) && other.path === TARGETS[target.value].path);

  async function toggle(fault, on) {
    if (on === isWaiting(fault)) return;
    if (on) {
      const { label, ...parameters } = fault;
      await post({ ...parameters, ...TARGETS[target.value], count: 1 });
    } else {
      const rest = waiting.filter((other) => !(sameFault(other, fault) && other.path === TARGETS[target.value].path));
      await sandbox("faults", { method: "DELETE" });
      for (const other of rest) await post(other);
    }
    await onChange();
  }

  const post = (fault) =>
    sandbox("faults", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(fault),
    });

  function show(faults) {
    waiting = faults;
    for (const { fault, input } of switches) input.checked = isWaiting(fault);
    const armed = waiting.some((other) => sameFault(other, CUT) && other.path === TARGETS.award.path);
    cut.textContent = armed ? "The next award will be cut" : "Cut the line in the middle of the next award";
    cut.setAttribute("aria-pressed", String(armed));
  }

  return { show };
}
