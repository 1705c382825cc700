import { within } from "./decide.js";

const MAX_BODY_BYTES = 16 * 1024;
/** For the whole body: it is small. */
const BODY_TIMEOUT_MS = 10_000;

/** What is decided on before the body. */
export function headOf({ method, url, headers }) {
  const header = (name) => headers.get(name) ?? undefined;
  return {
    method,
    path: new URL(url).pathname,
    origin: header("origin"),
    fetchSite: header("sec-fetch-site"),
    contentType: header("content-type"),
    contentLength: header("content-length"),
    idempotencyKey: header("idempotency-key"),
    requestedHeaders: header("access-control-request-headers"),
  };
}

/** The token of `Authorization: Bearer`. */
export const bearerOf = ({ headers }) => /^Bearer +(\S+)$/i.exec(headers.get("authorization") ?? "")?.[1];

/** The body as `{ text }`, which is `undefined` when it is too long, or `{ late: true }`. Nothing more is read then. */
export async function readBody(request) {
  const reader = request.body?.getReader();
  if (!reader) return { text: "" };
  const chunks = [];
  let bytes = 0;
  const reading = (async () => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return { text: await new Blob(chunks).text() };
      bytes += value.byteLength;
      if (bytes > MAX_BODY_BYTES) return {};
      chunks.push(value);
    }
  })();
  // A connection that breaks leaves nobody to answer.
  const body = await within(BODY_TIMEOUT_MS, reading, { late: true }).catch(() => ({ late: true }));
  if (body.text === undefined) reader.cancel().catch(() => {});
  return body;
}

const LOOPBACK = /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** `NODE_ENV`, where a permission may be needed to read it. */
function mode() {
  try {
    return globalThis.process?.env?.NODE_ENV;
  } catch {
    return undefined;
  }
}

/** Whether this can be anything but a developer's machine. */
export const isProduction = ({ url }) => mode() === "production" || !LOOPBACK.test(new URL(url).hostname);
