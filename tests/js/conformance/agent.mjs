// Runs in every runtime: makes one call, and tells what came of it.
import * as earnkit from "earnkit";

/** Long enough for a connection to go back to the pool. */
const SETTLE_MS = 50;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Resolves when the server has a request after those that it had. */
export async function arrival({ control, path, after }) {
  for (;;) {
    const { requests } = await (await fetch(`${control}/sandbox/requests`)).json();
    const isNew = ({ sequence, method }) => sequence > after && method === "POST";
    if (requests.some((request) => isNew(request) && request.path.endsWith(path))) return;
    await pause(20);
  }
}

/** Everything that a store's log may show of an error. */
const renderings = (error) => [
  String(error),
  String(error.stack),
  JSON.stringify(error),
  JSON.stringify(Object.getOwnPropertyNames(error).map((name) => String(error[name]))),
  String(error.cause),
  String(error.cause?.stack),
];

export async function perform({ operation, server, args, options, tokens, warm, abort, arriving }) {
  const attempts = [];
  const controller = new AbortController();
  const given = { ...server };
  if (tokens) given.token = (reason) => tokens[reason];
  if (warm) {
    await earnkit.listEarningRules(warm);
    await pause(SETTLE_MS);
  }
  if (abort === "before") controller.abort();
  if (abort === "during") arrival(arriving).then(() => controller.abort());
  if (abort === "after") {
    given.fetch = async (url, init) => {
      const response = await fetch(url, init);
      setTimeout(() => controller.abort());
      return response;
    };
  }
  const onAttempt = (attempt) => attempts.push(attempt);
  const started = Date.now();
  let seen;
  try {
    const result = await earnkit[operation](given, ...args, { ...options, signal: controller.signal, onAttempt });
    seen = { code: "success", outcome: "success", attempts: attempts.length, said: [JSON.stringify(result)] };
  } catch (error) {
    console.error(error);
    const { code, outcome, status } = earnkit.isLoyaltyError(error) ? error : { code: `thrown: ${error}` };
    seen = { code, outcome, status, attempts: error.attempts, said: renderings(error) };
  }
  seen.said.push(JSON.stringify(attempts));
  return { ...seen, ms: Date.now() - started };
}
