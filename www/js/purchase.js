// Booking an order as a purchase with Open Loyalty, as a shop's own systems do: `POST /api/transaction` with an
// administrator's token. earnkit has no such call, so this is plain `fetch` with the same care.

const ROUTE = "POST /api/transaction";
const TIMEOUT_MS = 10_000;
/** By Open Loyalty 3.2.0's security configuration and forms: refused before anything is done. */
const NOT_APPLIED = { 400: "rejected", 401: "unauthorized", 403: "forbidden", 404: "not_found", 429: "rate_limited" };

/** Has the fields of a `LoyaltyError` that orders go by. */
export class PurchaseError extends Error {
  constructor(code, outcome, status) {
    super(`the purchase could not be booked: ${code}`);
    Object.assign(this, { code, outcome, status, operation: "bookPurchase" });
  }
}

/**
 * Returns a function that books an order and gives `{ transactionId, points }`; `points` is `null` where the number
 * can't be read.
 */
export function createPurchaseBooking({ baseUrl, fetch = globalThis.fetch }, account) {
  let token = null;

  async function post(path, body, authorization) {
    const response = await fetch(`${baseUrl}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...authorization },
      body: JSON.stringify(body),
      // Never followed, with an administrator's token in it. workerd knows no "error".
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const isJson = /^application\/json\b/.test(response.headers.get("content-type") ?? "");
    // A body that can't be read takes nothing from what the status says.
    return { status: response.status, isJson, answer: isJson ? await response.json().catch(() => null) : null };
  }

  async function signIn() {
    const credentials = { _username: account.username, _password: account.password };
    const { answer } = await post("/api/admin/login_check", credentials).catch(() => ({ answer: null }));
    if (typeof answer?.token !== "string") throw new PurchaseError("token_failed", "not_applied");
    return answer.token;
  }

  async function send(order, onAttempt) {
    const started = performance.now();
    let status;
    try {
      const result = await post("/api/transaction", { transaction: form(order) }, { authorization: `Bearer ${token}` });
      status = result.status;
      return result;
    } catch (error) {
      throw new PurchaseError(error.name === "TimeoutError" ? "timeout" : "network", "unknown");
    } finally {
      const next = status === 200 ? "done" : "failed";
      onAttempt({ operation: "bookPurchase", route: ROUTE, status, durationMs: performance.now() - started, next });
    }
  }

  /** The answer does not say how many points it came to, so the sandbox's ledger has to. */
  async function readPoints(transactionId) {
    try {
      const response = await fetch(`${baseUrl}/sandbox/ledger`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
      const { entries } = await response.json();
      return entries.find((entry) => entry.transactionId === transactionId).points;
    } catch {
      return null;
    }
  }

  return async function bookPurchase(order, { onAttempt }) {
    token ??= await signIn();
    let result = await send(order, onAttempt);
    if (result.status === 401) {
      // The server refused the first one.
      token = await signIn();
      result = await send(order, onAttempt);
    }
    const { status, isJson, answer } = result;
    if (status in NOT_APPLIED) throw new PurchaseError(NOT_APPLIED[status], "not_applied", status);
    if (status !== 200) throw new PurchaseError("server_error", "unknown", status);
    if (!isJson) throw new PurchaseError("invalid_response", "unknown", status);
    if (typeof answer?.transactionId !== "string") throw new PurchaseError("invalid_response", "applied", status);
    return { transactionId: answer.transactionId, points: await readPoints(answer.transactionId) };
  };
}

function form({ orderId, customer, placedAt, lines }) {
  return {
    transactionData: {
      documentNumber: orderId,
      documentType: "sell",
      purchaseDate: placedAt,
      purchasePlace: "web",
    },
    items: lines.map(({ sku, name, quantity, grossValue, labels }) => ({
      sku: { code: sku },
      name,
      quantity,
      // The price of the whole line: the server does not multiply it by the quantity.
      grossValue,
      category: "",
      maker: "",
      labels,
    })),
    customerData: { name: customer.email, email: customer.email },
  };
}
