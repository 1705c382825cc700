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

const LOOPBACK = /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[?::1\]?|\[?::ffff:127\.\d+\.\d+\.\d+\]?)$/i;

/** `NODE_ENV`, where a permission may be needed to read it. */
function mode() {
  try {
    return globalThis.process?.env?.NODE_ENV;
  } catch {
    return undefined;
  }
}

/** The hosts and addresses that a proxy in between says the request was for and came from. */
function* forwarded(headers) {
  const list = (name) => headers.get(name)?.split(",") ?? [];
  yield* ["x-forwarded-host", "x-forwarded-for", "x-real-ip"].flatMap(list);
  // RFC 7239: for=192.0.2.60;host="shop.example", for="[2001:db8::1]:4711"
  for (const pair of list("forwarded").flatMap((element) => element.split(";"))) {
    const [, value] = /^\s*(?:for|host)="?([^"]*)"?\s*$/i.exec(pair) ?? [];
    if (value) yield value;
  }
}

/** A host without its port. An IPv6 address has one only if it stands in brackets. */
const hostOf = (text) => text.trim().replace(/^([^:]+|\[.*\]):\d+$/, "$1");

/**
 * Whether this can be anything but a developer's machine: by its mode, by the address asked for, and by what a proxy in
 * between says. One that says nothing is not seen.
 */
export const isProduction = ({ url, headers }) =>
  mode() === "production" ||
  ![new URL(url).hostname, ...forwarded(headers)].every((host) => LOOPBACK.test(hostOf(host)));
