/**
 * Turns whatever the store gave `init` into a `WebAssembly.Module`. The global `Response` is not
 * touched: in Node that alone loads the whole of its fetch (37 of 40 ms of a first call).
 */
export async function compile(source) {
  let wasm = await source;
  if (typeof wasm === "string" || wasm instanceof URL) wasm = await fetch(wasm);
  if (typeof wasm?.arrayBuffer === "function") {
    if (!wasm.ok) throw new Error(`${wasm.url || "the response"} has status ${wasm.status}`);
    if (wasm.headers.get("content-type")?.startsWith("application/wasm") && WebAssembly.compileStreaming)
      return WebAssembly.compileStreaming(wasm);
    wasm = await wasm.arrayBuffer();
  }
  return wasm instanceof WebAssembly.Module ? wasm : WebAssembly.compile(wasm);
}

/** The module from its own file, or from the bytes in JavaScript where a bundler has lost the file. */
export const fromFile = (url) => compile(url).catch(() => fromInline());

/** The module from the bytes in JavaScript. */
export const fromInline = async () => compile((await import("./inline.js")).default);
