// Who the customer of a server is, as far as a page can tell: two tokens may be one customer's.

/** The `id` in the payload of an Open Loyalty token; an opaque one stands for itself. */
function idOf(token) {
  try {
    const payload = token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
    return JSON.parse(atob(payload)).id ?? token;
  } catch {
    return token;
  }
}

/**
 * What the claims of a target's customer are kept under; `null` for a guest. A gateway knows its customers by their
 * cookies, so its page has one at a time, and a store that hands over another `loyalty` object means another.
 */
export async function customerOf(target, identity) {
  const { gatewayUrl, baseUrl, storeCode, token } = target;
  if (gatewayUrl) return identity;
  try {
    const value = typeof token === "function" ? await token("initial") : token;
    return value ? JSON.stringify([String(baseUrl), storeCode ?? "DEFAULT", idOf(value)]) : null;
  } catch {
    // The calls meet it too, and tell.
    return null;
  }
}
