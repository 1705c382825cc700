// Who is signed in. The browser has a number and its signature, in a cookie that no script can read; the customer's
// token stays here. A shop that runs in more than one place keeps its sessions in a store that they share.

const COOKIE = "session";
const MOST_SESSIONS = 1_000;
const PATTERN = new RegExp(`(?:^|; *)${COOKIE}=([0-9a-f-]{36})\\.([0-9a-f]{64})(?:;|$)`);
const ATTRIBUTES = "Path=/; HttpOnly; SameSite=Strict";

const encode = (text) => new TextEncoder().encode(text);
const toHex = (bytes) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
const fromHex = (text) => Uint8Array.from(text.match(/../g), (byte) => Number.parseInt(byte, 16));

const keyOf = ({ SESSION_SECRET }) =>
  crypto.subtle.importKey("raw", encode(SESSION_SECRET), { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);

export function createSessions() {
  const sessions = new Map();

  /** The number in a request's cookie, if it is signed. */
  async function numberIn(request, env) {
    const [, number, signature] = PATTERN.exec(request.headers.get("cookie") ?? "") ?? [];
    const isSigned =
      number && (await crypto.subtle.verify("HMAC", await keyOf(env), fromHex(signature), encode(number)));
    return isSigned ? number : null;
  }

  return {
    /** Signs a customer in; gives the cookie. */
    async open(customer, env) {
      const number = crypto.randomUUID();
      if (sessions.size === MOST_SESSIONS) sessions.delete(sessions.keys().next().value);
      sessions.set(number, { ...customer, userSessionId: crypto.randomUUID() });
      const signature = await crypto.subtle.sign("HMAC", await keyOf(env), encode(number));
      return `${COOKIE}=${number}.${toHex(signature)}; ${ATTRIBUTES}`;
    },
    /** `{ id, email, token, userSessionId }`, or `null` for a guest. */
    async find(request, env) {
      return sessions.get(await numberIn(request, env)) ?? null;
    },
    /** Signs a customer out; gives the cookie that replaces theirs. */
    async close(request, env) {
      sessions.delete(await numberIn(request, env));
      return `${COOKIE}=; ${ATTRIBUTES}; Max-Age=0`;
    },
  };
}
