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

/** Answers 204 when the order is settled, and 503 when the shop is to report it again. */
export async function takeOrder(request, env, ctx, gateway) {
  if (request.method !== "POST") return new Response(null, { status: 405, headers: { allow: "POST" } });
  const body = await request.arrayBuffer();
  if (!(await isSigned(body, request.headers.get(SIGNATURE) ?? "", env.WEBHOOK_KEY)))
    return new Response(null, { status: 401 });
  const order = JSON.parse(new TextDecoder().decode(body));

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
      transactionValue: order.total, // a text, such as "24.90"
      promotionGoalDescription: `Order ${order.id}`,
      promotionGoalCategory: "order",
    }),
  });
  const answer = await gateway.fetch(award, env, ctx);
  const { final } = await answer.json();
  // Also an award that nobody knows of is final: `onUnknown` has told, and asking again would not help.
  return new Response(null, { status: final ? 204 : 503 });
}
