/** The smallest module there is. If it can't be compiled, no other can. */
const EMPTY_MODULE = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);
/** What every module begins with. */
const MAGIC = "\0asm";

/** What a Content-Security-Policy does: most engines refuse to compile, WebKit to instantiate. */
export const FORBIDDEN =
  "WebAssembly is forbidden here: add 'wasm-unsafe-eval' to script-src in the Content-Security-Policy, or import earnkit/js";

/** What keeps this runtime from compiling any module, and what helps; `undefined` if nothing does. */
function obstacle() {
  if (typeof WebAssembly === "undefined") return "There is no WebAssembly here: import earnkit/js";
  try {
    new WebAssembly.Module(EMPTY_MODULE);
  } catch {
    return FORBIDDEN;
  }
}

/** The longest that a module may take to come. */
const LOAD_MS = 30_000;

/** What `run(signal)` gives, unless that takes too long. */
async function inTime(run) {
  const controller = new AbortController();
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error("The WebAssembly took longer than 30 s: check the network, or the source given to init"));
      controller.abort();
    }, LOAD_MS);
  });
  try {
    return await Promise.race([run(controller.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}

async function download(url, signal) {
  try {
    return await fetch(url, { signal });
  } catch (error) {
    throw new Error(
      `${url} could not be fetched (${error.message}): check the network and the Content-Security-Policy`,
    );
  }
}

async function fromResponse(response) {
  const { headers, ok, status } = response;
  const type = headers.get("content-type");
  if (ok && type?.startsWith("application/wasm") && WebAssembly.compileStreaming)
    return WebAssembly.compileStreaming(response);
  const bytes = await response.arrayBuffer();
  if (ok && new TextDecoder().decode(bytes.slice(0, MAGIC.length)) === MAGIC) return bytes;
  throw new Error(
    `${response.url || "The response"} is no WebAssembly (status ${status}, ${type}): serve earnkit.wasm there`,
  );
}

/** A module, or the bytes of one. */
async function read(source, signal) {
  const wasm = await source;
  if (typeof wasm === "string" || wasm?.href) return fromResponse(await download(wasm, signal));
  // The global `Response` is not touched: in Node that alone loads the whole of its fetch (37 of 40 ms of a first call).
  return typeof wasm?.arrayBuffer === "function" ? fromResponse(wasm) : wasm;
}

/** Whether it has yet to come. What is there already needs no timer, which workerd has only within a request. */
const isOnItsWay = (source) => typeof source === "string" || !!(source?.href ?? source?.then ?? source?.arrayBuffer);

/** Turns whatever the store gave `init` into a `WebAssembly.Module`. */
export async function compile(source) {
  try {
    const wasm = isOnItsWay(source) ? await inTime((signal) => read(source, signal)) : source;
    // Not `instanceof`: a module may come from another realm.
    return wasm?.byteLength === undefined ? wasm : await WebAssembly.compile(wasm);
  } catch (error) {
    const { message } = error;
    throw new Error(
      obstacle() ??
        (error instanceof WebAssembly.CompileError ? `earnkit.wasm is damaged or cut off (${message})` : message),
    );
  }
}

/**
 * The module from its own file, or from the bytes in JavaScript where a bundler has lost the file, or even the address
 * of its own output (esbuild's classic scripts).
 */
export const fromFile = (locate) =>
  inTime(async () => {
    try {
      return await compile(locate());
    } catch (error) {
      if (obstacle()) throw error;
      return fromInline().catch(() => {
        throw error;
      });
    }
  });

/** The module from the bytes in JavaScript. */
export const fromInline = async () => compile((await import("./inline.js")).default);
