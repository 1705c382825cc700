// Switches for the sandbox's faults. A fault waits for the next request that it matches and is then gone, so the
// switches show what the sandbox says is waiting.
import { el } from "../dom.js";

const TARGETS = {
  award: { method: "POST", path: "/customer/earningRule/" },
  list: { method: "GET", path: "/customer/earningRule" },
  purchase: { method: "POST", path: "/transaction" },
  commitment: { method: "POST", path: "/commitments" },
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
 * A cut line is silent. (One that is hung up on is another thing: a browser may then send the request again by itself,
 * when the connection had been used before. The gateway answers it by its key, and the ledger shows it once.)
 */
const CUT = FAULTS[0];
const sameFault = (waiting, { fault, status }) => waiting.fault === fault && waiting.status === status;

export function mountFaults({ root, sandbox, onChange, report }) {
  const cut = root.querySelector("[data-cut]");
  const list = root.querySelector("[data-faults]");
  const target = root.querySelector("[data-target]");
  let waiting = [];
  let lastChange = Promise.resolve();

  const switches = FAULTS.map((fault) => {
    const input = el("input", { type: "checkbox", role: "switch" });
    input.addEventListener("change", () => {
      const [on, targetName] = [input.checked, target.value];
      queue(() => turn(fault, targetName, on));
    });
    list.append(el("li", {}, el("label", { class: "switch" }, input, el("span", {}, fault.label))));
    return { fault, input };
  });
  cut.addEventListener("click", () => {
    target.value = "award";
    queue(() => turn(CUT, "award", !isWaiting(CUT, "award")));
  });
  target.addEventListener("change", () => show(waiting));

  const isMeant = (other, fault, targetName) => sameFault(other, fault) && other.path === TARGETS[targetName].path;
  const isWaiting = (fault, targetName) => waiting.some((other) => isMeant(other, fault, targetName));

  /** One change after the other: each starts from what the one before left waiting. */
  function queue(change) {
    lastChange = report(lastChange.then(change));
  }

  async function turn(fault, targetName, on) {
    if (on === isWaiting(fault, targetName)) return;
    if (on) {
      const { label, ...parameters } = fault;
      await post({ ...parameters, ...TARGETS[targetName], count: 1 });
    } else {
      const rest = waiting.filter((other) => !isMeant(other, fault, targetName));
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
    for (const { fault, input } of switches) input.checked = isWaiting(fault, target.value);
    cut.setAttribute("aria-pressed", String(isWaiting(CUT, "award")));
  }

  return { show };
}
