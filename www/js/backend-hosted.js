// The page with its worker: loyalty calls go to the gateway, orders and sign-ins to the shop's own routes. No token and
// no secret is in the page: the browser's cookie says who is visiting.
import { ShopProblem } from "./problem.js";

export async function connectHosted(earnkit, { onAttempt, onAttempts }) {
  const response = await fetch("./config.json");
  if (!response.ok) throw new Error(`config.json: status ${response.status}`);
  const { gatewayUrl } = await response.json();
  const loyalty = { gatewayUrl };
  const post = (url, body, headers = {}) =>
    askShop(
      url,
      {
        method: "POST",
        headers: { ...(body && { "content-type": "application/json" }), ...headers },
        body: body && JSON.stringify(body),
      },
      onAttempts,
    );
  return {
    loyalty,
    signIn: (credentials) => post("./shop/session", credentials),
    signOut: () => askShop("./shop/session", { method: "DELETE" }, onAttempts),
    guestRules: () => earnkit.listEarningRules(loyalty, { onAttempt }),
    placeOrder: ({ lines, programme }) =>
      // A browser may send a POST again by itself when its connection drops; the shop must see it as one order.
      post("./shop/orders", { lines, programme }, { "idempotency-key": crypto.randomUUID() }),
    /** The points of an order that was placed. The shop sends for them only once, so it may be asked at any time. */
    askForPoints: ({ orderId }) => post(`./shop/orders/${orderId}/points`),
    sandbox: async (path, init) => readControl(await fetch(`./sandbox/${path}`, init)),
    /** The gateway's own log, newest line first. */
    gatewayLog: async () => (await (await fetch("./hood/gateway.json")).json()).lines,
  };
}

async function askShop(url, init, onAttempts) {
  let response;
  let answer;
  try {
    response = await fetch(url, init);
    answer = await response.json();
  } catch {
    throw new ShopProblem({ code: "network", outcome: "unknown" });
  }
  onAttempts(answer.attempts ?? []);
  if (!response.ok) throw new ShopProblem(answer.error, answer.order);
  return answer;
}

/** The sandbox's own routes answer with JSON or with nothing. */
export async function readControl(response) {
  const text = await response.text();
  if (!response.ok) throw new Error(`the sandbox answered ${response.status}: ${text}`);
  return text === "" ? null : JSON.parse(text);
}
