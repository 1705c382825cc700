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

async function download(url) {
  try {
    return await fetch(url);
  } catch (error) {
    throw new Error(
      `${url} could not be fetched (${error.message}): check the network and the Content-Security-Policy`,
    );
  }
}

/** A module, or the bytes of one. */
async function read(source) {
  let wasm = await source;
  if (typeof wasm === "string" || wasm?.href) wasm = await download(wasm);
  // The global `Response` is not touched: in Node that alone loads the whole of its fetch (37 of 40 ms of a first call).
  if (typeof wasm?.arrayBuffer !== "function") return wasm;
  const { headers, ok, status } = wasm;
  const type = headers.get("content-type");
  if (ok && type?.startsWith("application/wasm") && WebAssembly.compileStreaming)
    return WebAssembly.compileStreaming(wasm);
  const bytes = await wasm.arrayBuffer();
  if (ok && new TextDecoder().decode(bytes.slice(0, MAGIC.length)) === MAGIC) return bytes;
  throw new Error(
    `${wasm.url || "The response"} is no WebAssembly (status ${status}, ${type}): serve earnkit.wasm there`,
  );
}

/** Turns whatever the store gave `init` into a `WebAssembly.Module`. */
export async function compile(source) {
  try {
    const wasm = await read(source);
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
export async function fromFile(locate) {
  try {
    return await compile(locate());
  } catch (error) {
    if (obstacle()) throw error;
    return fromInline().catch(() => {
      throw error;
    });
  }
}

/** The module from the bytes in JavaScript. */
export const fromInline = async () => compile((await import("./inline.js")).default);
