// Runs in Node.js and workerd: many awards at a time, each under a fault of its own, and what each caller was told.
import * as earnkit from "earnkit";

/** Mulberry32: the same numbers for the same seed, in every runtime. */
function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const MAX_BYTES = 10_000;
/** An event is the most work for the sandbox: each has a rule of its own. */
const OPERATIONS = ["createUser", "createUser", "assignPoints", "assignPoints", "triggerEvent"];
/** Statuses after which a server may have done it. */
const DOUBTFUL = [408, 409, 500, 502, 503, 504];
const REFUSALS = [401, 403, 404, 422, 429];

/** What goes wrong. A server that says 401 and books all the same is none that a client can tell the truth about. */
const FAULTS = [
  () => undefined,
  () => undefined,
  () => undefined,
  ({ integer }) => ({ fault: "delay", delayMs: integer(50) }),
  () => ({ fault: "drop_before" }),
  () => ({ fault: "apply_then_drop" }),
  ({ flip, isAlone }) => isAlone && { fault: "stall_headers", applied: flip() },
  ({ integer, isAlone }) => isAlone && { fault: "stall_body", bytes: integer(60) },
  ({ integer }) => ({ fault: "truncate", bytes: integer(60) }),
  ({ flip }) => ({ fault: "html", applied: flip() }),
  () => ({ fault: "oversize", bytes: MAX_BYTES + 1 }),
  ({ pick, flip }) => ({ fault: "status", status: pick(DOUBTFUL), applied: flip(), retryAfter: 1 }),
  ({ pick }) => ({ fault: "status", status: pick(REFUSALS), body: pick(["", "{", { error: "no" }]) }),
  ({ flip, isEvent }) => ({ fault: "status", status: 400, body: "", applied: isEvent && flip() }),
  ({ pick, flip }) => ({
    fault: "redirect",
    redirectStatus: pick([301, 302, 303, 307, 308]),
    location: "/elsewhere",
    applied: flip(),
  }),
];

/** One call, as its number and the seed have it. */
function plan(seed, number, { control, tokens, apiKey }) {
  const random = randomFrom(seed + number * 7919);
  const integer = (below) => Math.floor(random() * below);
  const pick = (list) => list[integer(list.length)];
  const flip = () => random() < 0.5;
  const operation = pick(OPERATIONS);
  const isEvent = operation === "triggerEvent";
  // Unique, and none the beginning of another.
  const id = `soak.${String(number).padStart(6, "0")}`;
  const partner = { baseUrl: `${control}/koomalooma/api`, apiKey };
  const customer = { baseUrl: control, token: flip() ? tokens[0] : (reason) => tokens[reason === "initial" ? 0 : 1] };
  const paths = { createUser: "/koomalooma/api/users", assignPoints: `/${id}/commitments`, triggerEvent: `/${id}` };
  const args = {
    createUser: [{ partnerId: "sandbox-shop", partnerUserId: id, userSessionId: "session" }],
    assignPoints: [
      id,
      {
        campaignId: "sandbox-campaign",
        transactionValue: "24.90",
        promotionGoalDescription: id,
        promotionGoalCategory: "order",
      },
    ],
    triggerEvent: [id],
  };
  // Whichever user is created next meets the fault: none that needs a short timeout.
  const fault = pick(FAULTS)({ integer, pick, flip, isEvent, isAlone: operation !== "createUser" });
  const isShort = fault?.fault?.startsWith("stall") || random() < 0.05;
  return {
    id,
    operation,
    server: isEvent ? customer : partner,
    args: args[operation],
    fault: fault && { ...fault, method: "POST", path: paths[operation] },
    options: { maxResponseBytes: MAX_BYTES, ...(isShort && { timeoutMs: 1 + integer(400) }) },
    abortAfterMs: random() < 0.05 ? integer(100) : undefined,
  };
}

async function post(url, body) {
  const response = await fetch(url, { method: "POST", body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  await response.arrayBuffer();
}

async function run({ id, operation, server, args, fault, options, abortAfterMs }, control) {
  if (operation === "triggerEvent") await post(`${control}/sandbox/rules`, { eventName: id, pointsAmount: 1 });
  if (fault) await post(`${control}/sandbox/faults`, fault);
  const controller = new AbortController();
  if (abortAfterMs !== undefined) setTimeout(() => controller.abort(), abortAfterMs);
  const outcome = await earnkit[operation](server, ...args, { ...options, signal: controller.signal }).then(
    () => "success",
    (error) => (earnkit.isLoyaltyError(error) ? `${error.code} ${error.outcome}` : `thrown: ${error}`),
  );
  return { id, operation, fault: fault?.fault, outcome };
}

/** Makes the calls from `first` on, so many at a time. */
export async function perform({ seed, first, count, atOnce, server }) {
  const results = [];
  let next = first;
  const worker = async () => {
    while (next < first + count) results.push(await run(plan(seed, next++, server), server.control));
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}
