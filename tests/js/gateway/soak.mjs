// Awards through a gateway, each under a fault of its own and sent as often as chance has it.
import { ORIGIN, SERVER_CREDENTIAL } from "../support/gateway.mjs";
import { newCommitment } from "../support/operations.mjs";
import { randomFrom } from "../support/random.mjs";
import { persist, untilFinal } from "../support/resend.mjs";

const AT_ONCE = 100;
/** Each has several awards under way. A user is told from others by the session. */
const CUSTOMERS = 50;
/** An event is the most work: each has a rule of its own, and one whose answer is lost has all of them listed. */
const OPERATIONS = [...Array(6).fill("createUser"), ...Array(5).fill("assignPoints"), "triggerEvent"];
const DOUBTFUL = [408, 409, 500, 502, 503, 504];
const REFUSALS = [401, 403, 404, 422, 429];

/** What goes wrong between the gateway and the server. */
const FAULTS = [
  ({ integer }) => ({ fault: "delay", delayMs: integer(50) }),
  () => ({ fault: "drop_before" }),
  () => ({ fault: "apply_then_drop" }),
  // Each of them keeps a request for 10 s.
  ({ flip, isRare }) => isRare && { fault: "stall_headers", applied: flip() },
  ({ integer, isRare }) => isRare && { fault: "stall_body", bytes: integer(60) },
  ({ integer }) => ({ fault: "truncate", bytes: integer(60) }),
  ({ flip }) => ({ fault: "html", applied: flip() }),
  ({ pick, flip }) => ({ fault: "status", status: pick(DOUBTFUL), applied: flip(), retryAfter: 1 }),
  ({ pick }) => ({ fault: "status", status: pick(REFUSALS), body: pick(["", "{", { error: "no" }]) }),
  ({ flip, isEvent }) => ({ fault: "status", status: 400, body: "", applied: isEvent && flip() }),
  ({ pick, flip }) => ({ fault: "redirect", redirectStatus: pick([302, 307]), location: "/else", applied: flip() }),
];

/** One award, as its number and the seed have it. */
function plan(seed, number) {
  const random = randomFrom(seed + number * 7919);
  const integer = (below) => Math.floor(random() * below);
  const pick = (list) => list[integer(list.length)];
  const flip = () => random() < 0.5;
  const operation = pick(OPERATIONS);
  // Unique, and none the beginning of another.
  const id = `soak.${String(number).padStart(6, "0")}`;
  const paths = { createUser: "/koomalooma/api/users", assignPoints: `/${id}/commitments`, triggerEvent: `/${id}` };
  // Whichever user is created next meets the fault.
  const isEvent = operation === "triggerEvent";
  const fault = flip() && pick(FAULTS)({ integer, pick, flip, isEvent, isRare: !isEvent && random() < 0.03 });
  const repeats = pick([0, 0, 0, 1, 1, 3]);
  return {
    id,
    operation,
    fault: fault && { ...fault, method: "POST", path: paths[operation] },
    /** When each request goes out; some at once, and some whose client does not wait for the answer. */
    sends: Array.from({ length: 1 + repeats }, () => ({
      afterMs: flip() ? 0 : integer(60),
      abortAfterMs: random() < 0.05 ? integer(40) : undefined,
    })),
    customer: `soak.customer.${integer(CUSTOMERS)}`,
    key: flip() ? `key-${id}` : `!~${id}/"%`,
  };
}

/** The events of so many awards. */
export const eventsOf = ({ seed, count }) =>
  Array.from({ length: count }, (_, number) => plan(seed, number))
    .filter(({ operation }) => operation === "triggerEvent")
    .map(({ id }) => id);

function requestOf({ id, operation, key, customer }, url) {
  const headers = { "content-type": "application/json", "idempotency-key": key };
  if (operation === "assignPoints") {
    const body = JSON.stringify({ ...newCommitment, promotionGoalDescription: id });
    return [
      `${url}/users/${id}/commitments`,
      { body, headers: { ...headers, authorization: `Bearer ${SERVER_CREDENTIAL}` } },
    ];
  }
  const path = operation === "createUser" ? "users" : `events/${id}`;
  return [
    `${url}/${path}`,
    { body: "{}", headers: { ...headers, origin: ORIGIN, cookie: `session=${id}; customer=${customer}` } },
  ];
}

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function send(award, url, { afterMs = 0, abortAfterMs } = {}) {
  await wait(afterMs);
  const [target, init] = requestOf(award, url);
  const post = async (signal) => {
    const response = await fetch(target, { ...init, method: "POST", signal });
    return { status: response.status, body: await response.json() };
  };
  if (abortAfterMs === undefined) return persist(post);
  return post(AbortSignal.timeout(abortAfterMs)).catch(() => undefined);
}

async function perform(award, { gateway, sandbox }) {
  const { id, operation, fault, sends } = award;
  if (operation === "triggerEvent") await sandbox.control("POST", "rules", { eventName: id, pointsAmount: 1 });
  if (fault) await sandbox.fault(fault);
  const answers = (await Promise.all(sends.map((each) => send(award, gateway.url, each)))).filter(Boolean);
  // Whatever came of these, what is the gateway's last word?
  answers.push(...(await untilFinal(() => send(award, gateway.url))));
  return { id, operation, fault: fault?.fault, answers };
}

/** Makes so many awards. Gives for each its id, its fault and all its answers, the last one being final. */
export async function sendSoak({ seed, count, gateway, sandbox }) {
  const awards = [];
  let next = 0;
  const worker = async () => {
    while (next < count) awards.push(await perform(plan(seed, next++), { gateway, sandbox }));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return awards;
}
