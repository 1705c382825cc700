// The shop's own session: a cookie `<payload>.<signature>`, both in base64url. The payload is JSON,
// `{ "id", "sessionId", "expires" }` with `expires` in seconds since 1970; the signature is its HMAC-SHA256.
const COOKIE = /(?:^|; )session=([\w-]+)\.([\w-]+)(?:;|$)/;

const bytesOf = (base64url) =>
  Uint8Array.from(atob(base64url.replace(/[-_]/g, (c) => (c === "-" ? "+" : "/"))), (c) => c.charCodeAt(0));

async function isSigned(payload, signature, key) {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const secret = await crypto.subtle.importKey("raw", new TextEncoder().encode(key), algorithm, false, ["verify"]);
  // Compares in constant time.
  return crypto.subtle.verify("HMAC", secret, bytesOf(signature), new TextEncoder().encode(payload));
}

/** Who the cookie says that this is: `null` for a guest, for a cookie that was tampered with and for an old one. */
export async function customerOf(request, env) {
  const [, payload, signature] = COOKIE.exec(request.headers.get("cookie")) ?? [];
  try {
    if (!payload || !(await isSigned(payload, signature, env.SESSION_KEY))) return null;
    const { id, sessionId, expires } = JSON.parse(new TextDecoder().decode(bytesOf(payload)));
    return expires > Date.now() / 1000 ? { id, userSessionId: sessionId } : null;
  } catch {
    return null;
  }
}
