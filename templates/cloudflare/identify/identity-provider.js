// The identity provider's token: a JWT that the page sends as `Authorization: Bearer`.
import { createRemoteJWKSet, jwtVerify } from "jose";

/** The provider's keys, fetched once and again when a token names one that is not among them. */
const keys = new Map();
function keysAt(url) {
  if (!keys.has(url)) keys.set(url, createRemoteJWKSet(new URL(url)));
  return keys.get(url);
}

/** Who the token says that this is: `null` for a guest, and for a token that is not the provider's, not for us, or old. */
export async function customerOf(request, env) {
  const [, token] = /^Bearer (\S+)$/.exec(request.headers.get("authorization")) ?? [];
  if (!token) return null;
  try {
    const { payload } = await jwtVerify(token, keysAt(env.JWKS_URL), {
      issuer: env.ISSUER,
      audience: env.AUDIENCE,
      algorithms: ["RS256", "ES256"],
      requiredClaims: ["sub", "exp"],
    });
    return { id: payload.sub, userSessionId: payload.sid ?? payload.sub };
  } catch (error) {
    // The provider could not be asked: that is not the customer's fault, and nobody is made a guest by it.
    if (error.code === undefined || error.code === "ERR_JWKS_TIMEOUT") throw error;
    return null;
  }
}
