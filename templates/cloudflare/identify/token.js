// The customer's Open Loyalty token, by way of the shop's back end, which knows how to get one:
// POST /internal/loyalty-token { "customerId" } -> { "token" }, or 404 if this customer has no account.
const MOST = 1_000;
/** By customer, the one that was used last standing last. */
const tokens = new Map();

/** The token; `null` if the customer has no account at Open Loyalty. After "expired" the back end is asked again. */
export async function tokenOf(customerId, env, reason) {
  const known = tokens.get(customerId);
  tokens.delete(customerId);
  const token = known && reason !== "expired" ? known : await exchange(customerId, env);
  if (token) tokens.set(customerId, token);
  if (tokens.size > MOST) tokens.delete(tokens.keys().next().value);
  return token;
}

async function exchange(customerId, env) {
  const response = await fetch(new URL("/internal/loyalty-token", env.SHOP_URL), {
    method: "POST",
    headers: { authorization: `Bearer ${env.SHOP_KEY}`, "content-type": "application/json" },
    body: JSON.stringify({ customerId }),
    signal: AbortSignal.timeout(5_000),
    redirect: "manual",
  });
  if (response.status === 404) return null;
  if (response.status !== 200) throw new Error("the shop's back end gave no token");
  return (await response.json()).token;
}
