// The page with a server behind it: Open Loyalty over the network with the customer's own token, koomalooma only
// through the shop's server, which holds the partner's secret.
import { ShopProblem } from "./problem.js";

export async function connectHosted({ onAttempts }) {
  const response = await fetch("./config.json");
  if (!response.ok) throw new Error(`config.json: status ${response.status}`);
  const { sandboxUrl, storeCode } = await response.json();
  const ask = (url, init) => askShop(url, init, onAttempts);
  return {
    openLoyaltyServer: { baseUrl: sandboxUrl, storeCode },
    guestRules: () => ask("./shop/earning-rules", { method: "GET" }),
    placeOrder: ({ lines, programme, session }) =>
      ask("./shop/orders", {
        method: "POST",
        headers: {
          authorization: `Bearer ${session.token()}`,
          "content-type": "application/json",
          // A browser may send a POST again by itself when its connection drops; the shop must see it as one order.
          "idempotency-key": crypto.randomUUID(),
        },
        body: JSON.stringify({ lines, programme }),
      }),
    /** The points of an order that was placed. The shop sends for them only once, so it may be asked at any time. */
    askForPoints: ({ orderId, session }) =>
      ask(`./shop/orders/${orderId}/points`, {
        method: "POST",
        headers: { authorization: `Bearer ${session.token()}` },
      }),
    sandbox: async (path, init) => readControl(await fetch(`${sandboxUrl}/sandbox/${path}`, init)),
  };
}

async function askShop(url, init, onAttempts) {
  let response;
  let answer;
  try {
    response = await fetch(url, init);
    answer = await response.json();
  } catch {
    // A GET does nothing on the server; whether a POST did is not known here.
    throw new ShopProblem({ code: "network", outcome: init.method === "GET" ? "not_applied" : "unknown" });
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
