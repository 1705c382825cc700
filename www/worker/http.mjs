// What the shop's own answers have in common. The gateway sees to its own.

const MAX_BODY_BYTES = 16 * 1024;

/** The page may run its own scripts and WebAssembly, and speak to its own origin; nothing else. */
const POLICY = {
  "default-src": "'self'",
  "script-src": "'self' 'wasm-unsafe-eval'",
  "connect-src": "'self'",
  "base-uri": "'none'",
  "form-action": "'self'",
  "frame-ancestors": "'none'",
  "object-src": "'none'",
};

const SECURITY_HEADERS = {
  "Content-Security-Policy": Object.entries(POLICY)
    .map(([name, value]) => `${name} ${value}`)
    .join("; "),
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
};

/** The same answer with the headers that all of them have. */
export function secured(response) {
  const copy = new Response(response.body, response);
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) copy.headers.set(name, value);
  return copy;
}

export const json = (status, value, headers = {}) =>
  Response.json(value, { status, headers: { "Cache-Control": "no-store", ...headers } });

/** A request that is refused before it does anything. */
export class Refusal extends Error {
  constructor(status, message, code = "invalid_input") {
    super(message);
    Object.assign(this, { status, code });
  }
}

/** Whether a request that changes something comes from a page of this origin. */
export function requireOwnPage(request, { ORIGINS }) {
  const origin = request.headers.get("origin");
  if (!ORIGINS.includes(origin)) throw new Refusal(403, "another page's request");
}

/** Reads a small JSON body. */
export async function readJson(request) {
  const type = (request.headers.get("content-type") ?? "").split(";")[0].trim().toLowerCase();
  if (type !== "application/json") throw new Refusal(415, "the body must be application/json");
  const chunks = [];
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new Refusal(413, `the body may have ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(await new Blob(chunks).text());
  } catch {
    throw new Refusal(400, "the body is not JSON");
  }
}
