import { initSync, SandboxHandle } from "./sandbox_glue.js";

const baseUrl = "https://sandbox.invalid";
const PIECE_BYTES = 64 * 1024;
const MAX_REDIRECTS = 20;
/** The longest that a timer can take. It holds a process as an open connection would. */
const FOREVER_MS = 2 ** 31 - 1;
const MAX_SEED = 2 ** 32 - 1;
const NULL_BODY_STATUSES = [204, 205, 304];

let loading;

/** Starts the wasm once, out of what `load` gives; a load that failed can be tried again. */
function initOnce(load) {
  loading ??= (async () => initSync({ module: await load() }))().catch((error) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

const invalid = (name, advice) => new TypeError(`createSandbox: ${name} must be ${advice}`);
const invalidNow = () => invalid("options.now", "a function that gives milliseconds since 1970");
const invalidState = () => invalid("options.state", "what state() gave in this version of earnkit");

/** Whether a text may be a state. The rest is seen when the wasm reads it. */
function isState(text) {
  try {
    return typeof text === "string" && "openLoyalty" in JSON.parse(text);
  } catch {
    return false;
  }
}

/** Both servers in memory, behind a `fetch`; `load` gives their module. */
export function createSandbox(load, options = {}) {
  if (options === null || typeof options !== "object" || Array.isArray(options)) throw invalid("options", "an object");
  const { now = Date.now, seed = 0, state } = options;
  if (typeof now !== "function") throw invalidNow();
  if (!Number.isInteger(seed) || seed < 0 || seed > MAX_SEED)
    throw invalid("options.seed", `an integer from 0 to ${MAX_SEED}`);
  if (state !== undefined && !isState(state)) throw invalidState();
  const clock = () => {
    const ms = now();
    if (!Number.isFinite(ms)) throw invalidNow();
    return ms;
  };
  let starting;
  const start = async () => {
    await initOnce(load);
    if (state === undefined) return new SandboxHandle(seed, clock());
    const handle = SandboxHandle.restore(new TextEncoder().encode(state));
    if (!handle) throw invalidState();
    return handle;
  };
  const started = () => {
    starting ??= start().catch((error) => {
      starting = undefined;
      throw error;
    });
    return starting;
  };
  return {
    baseUrl,
    koomaloomaBaseUrl: `${baseUrl}/koomalooma/api`,
    fetch: async (input, init) => follow(await started(), clock, input, init),
    state: async () => new TextDecoder().decode((await started()).state()),
  };
}

/** Performs a request and, as `redirect` says, those that it is redirected to. */
async function follow(handle, now, input, init) {
  const first = input instanceof Request ? input : new URL(input, baseUrl);
  let request = new Request(first, init);
  const signal = init?.signal ?? (input instanceof Request ? input.signal : undefined);
  signal?.throwIfAborted();
  let body = new Uint8Array(await request.arrayBuffer());
  for (let redirects = 0; ; redirects++) {
    if (new URL(request.url).origin !== baseUrl) throw new TypeError(`fetch failed: only ${baseUrl} is in the sandbox`);
    const response = await perform(handle, now, request, body, signal);
    const location = response.status >= 300 && response.status < 400 && response.headers.get("location");
    if (!location || request.redirect === "manual") return response;
    if (request.redirect === "error" || redirects === MAX_REDIRECTS) throw new TypeError("fetch failed: redirected");
    const target = new URL(location, request.url);
    const becomesGet = response.status === 303 || ([301, 302].includes(response.status) && request.method === "POST");
    const method = becomesGet ? "GET" : request.method;
    if (becomesGet) body = new Uint8Array();
    request = new Request(target, { method, headers: request.headers, redirect: request.redirect });
  }
}

async function perform(handle, now, request, body, signal) {
  const { pathname, search } = new URL(request.url);
  const arrivedMs = performance.now();
  const head = { method: request.method, target: pathname + search, headers: [...request.headers] };
  const reply = handle.handle(head, body, now());
  let finished = reply.sequence === undefined;
  const finish = () => {
    if (!finished) handle.finish(reply.sequence, Math.round(performance.now() - arrivedMs));
    finished = true;
  };
  try {
    await wait(reply.delay_ms, signal);
    if (reply.delivery.kind === "drop") throw new TypeError("fetch failed: the connection was closed");
    if (reply.delivery.kind === "stall_headers") await wait(FOREVER_MS, signal);
  } catch (error) {
    finish();
    throw error;
  }
  return respond(reply, request.url, signal, finish);
}

function respond({ response: { status, headers }, delivery, body }, url, signal, finish) {
  const responseHeaders = new Headers(headers);
  if (delivery.kind !== "streamed") responseHeaders.set("content-length", String(body.length));
  let content = body;
  if (NULL_BODY_STATUSES.includes(status)) content = null;
  else if (delivery.kind !== "whole") content = stream(body.subarray(0, delivery.bytes), delivery.kind, signal, finish);
  if (delivery.kind === "whole" || content === null) finish();
  const response = new Response(content, { status, headers: responseHeaders });
  return Object.defineProperty(response, "url", { value: url });
}

/** A body that comes in pieces, and may end badly. */
function stream(bytes, kind, signal, finish) {
  let offset = 0;
  let stalled, abort;
  const end = () => {
    clearTimeout(stalled);
    signal?.removeEventListener("abort", abort);
    finish();
  };
  const source = {
    start(controller) {
      abort = () => {
        end();
        controller.error(signal.reason);
      };
      signal?.addEventListener("abort", abort);
    },
    pull(controller) {
      if (offset < bytes.length) {
        controller.enqueue(bytes.slice(offset, offset + PIECE_BYTES));
        offset += PIECE_BYTES;
        return undefined;
      }
      if (kind === "stall_body") {
        stalled = setTimeout(end, FOREVER_MS);
        return new Promise(() => {});
      }
      end();
      if (kind === "truncate") controller.error(new TypeError("terminated"));
      else controller.close();
      return undefined;
    },
    cancel: end,
  };
  // Without a buffer: an error would throw away what waits in it.
  return new ReadableStream(source, { highWaterMark: 0 });
}

/** Rejects as soon as the signal aborts. */
function wait(ms, signal) {
  if (ms === 0) return undefined;
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const done = () => {
      signal?.removeEventListener("abort", abort);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", abort, { once: true });
    if (signal?.aborted) abort();
  });
}
