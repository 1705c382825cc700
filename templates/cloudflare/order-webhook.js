// An order was paid: the shop reports it, with the HMAC-SHA256 of the body in base64, and the customer gets points.
const SIGNATURE = "x-webhook-signature";
const encoder = new TextEncoder();

async function isSigned(body, signature, key) {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const secret = await crypto.subtle.importKey("raw", encoder.encode(key), algorithm, false, ["verify"]);
  try {
    const bytes = Uint8Array.from(atob(signature), (c) => c.charCodeAt(0));
    return await crypto.subtle.verify("HMAC", secret, bytes, body);
  } catch {
    return false;
  }
}

const ID = /^[!-~]{1,200}$/;
const CUSTOMER_ID = /^\P{C}{1,255}$/u;
/** As koomalooma takes an amount. */
const TOTAL = /^\d{1,15}(\.\d{1,4})?$/;

/**
 * What the award needs of an order. Nothing if something is missing: `null` is no customer, and orders without an id
 * would share a key, so that only one of them would be paid.
 */
function read(body) {
  try {
    const order = JSON.parse(new TextDecoder().decode(body));
    const text = (value) => (typeof value === "string" || Number.isFinite(value) ? String(value) : "");
    const [id, customerId, total] = [order.id, order.customerId, order.total].map(text);
    return ID.test(id) && CUSTOMER_ID.test(customerId) && TOTAL.test(total) ? { id, customerId, total } : null;
  } catch {
    return null;
  }
}

const answer = (status) => new Response(null, { status });

/**
 * Answers 204 when the order is settled, 503 when the shop is to report it again, and 422 when it can't be paid however
 * often it is reported: somebody has to see to it.
 */
export async function takeOrder(request, env, ctx, gateway) {
  if (request.method !== "POST") return new Response(null, { status: 405, headers: { allow: "POST" } });
  const body = await request.arrayBuffer();
  if (!(await isSigned(body, request.headers.get(SIGNATURE) ?? "", env.WEBHOOK_KEY))) return answer(401);
  const order = read(body);
  if (!order) {
    console.error("order-webhook: not paid: a report without a usable id, customerId or total");
    return answer(422);
  }

  const path = `/loyalty/users/${encodeURIComponent(order.customerId)}/commitments`;
  const award = new Request(new URL(path, request.url), {
    method: "POST",
    headers: {
      authorization: `Bearer ${env.AWARDS_KEY}`,
      "content-type": "application/json",
      // Made of the order: reported twice, or twenty times at once, it pays once.
      "idempotency-key": `order-${order.id}`,
    },
    body: JSON.stringify({
      campaignId: env.CAMPAIGN_ID,
      transactionValue: order.total,
      promotionGoalDescription: `Order ${order.id}`,
      promotionGoalCategory: "order",
    }),
  });
  const { error, final } = await (await gateway.fetch(award, env, ctx)).json();
  if (!final) return answer(503);
  // Of one that nobody knows of `onUnknown` has told; to ask again would not help.
  if (error?.outcome !== "not_applied") return answer(204);
  console.error(`order-webhook: order ${order.id} is not paid: ${error.code} ${error.field ?? ""}`);
  return answer(422);
}
