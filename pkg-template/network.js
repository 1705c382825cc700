const encoder = new TextEncoder();

/** What keeps an answer from coming, as the wasm knows it: see src/wasm/package/task.rs. */
const NETWORK = -1;
export const TIMEOUT = -2;
export const ABORTED = -3;
const TOO_LARGE = -4;
export const FAILED = -5;

/** The name and code of a runtime's error, never its message: that may quote the request. */
function nameOf(error) {
  try {
    const words = [error?.name ?? "Error", error?.code ?? error?.cause?.code];
    return words.filter((word) => typeof word === "string" && /^\w{1,40}$/.test(word)).join(" ");
  } catch {
    return "";
  }
}

/** Sends a request: the response, and of it what the wasm asks for. */
export async function send(fetch, { url, ...init }, signal) {
  try {
    if (globalThis.Deno && !fetch && init.method === "POST") {
      // It would send a request again by itself when the connection closes, but for one with a stream.
      init.body = new Blob([init.body ?? ""]).stream();
      init.duplex = "half";
    }
    // A redirect is never followed: it takes the secret header to another origin. workerd throws on "error".
    const response = await (fetch ?? globalThis.fetch)(url, { ...init, redirect: "manual", signal });
    const { headers, redirected, status, type } = response;
    // A Headers object gives a text or null; what is no Headers object throws or gives something else.
    const texts = ["content-type", "retry-after"].map((name) => headers.get(name) ?? "");
    const isStatus = Number.isInteger(status) && status > 0 && status < 1000;
    if (texts.every((text) => typeof text === "string") && (isStatus || type === "opaqueredirect"))
      // A redirect that was followed all the same ended who knows where.
      return [redirected || !isStatus ? 0 : status, encoder.encode(texts.join("\n")), response];
  } catch (error) {
    return [NETWORK, encoder.encode(nameOf(error))];
  }
  return [NETWORK, encoder.encode("TypeError NOT_A_RESPONSE")];
}

/** How many chunks are read before timers get a turn: a body that is always ready would leave them none. */
const CHUNKS_AT_ONCE = 1_024;

/** Reads a body chunk by chunk, as far as it may grow and until `signal` ends it. */
export async function readBody(response, most, signal) {
  try {
    const chunks = [];
    let length = 0;
    let reads = 0;
    const add = (chunk) => {
      chunks.push(chunk);
      length += chunk.length;
      return length > most;
    };
    const { body } = response;
    if (body?.getReader) {
      const reader = body.getReader();
      const cancel = () => (async () => reader.cancel())().catch(() => {});
      signal.addEventListener("abort", cancel);
      for (let chunk = await reader.read(); !chunk.done && !signal.aborted; chunk = await reader.read()) {
        if (chunk.value.length !== 0 && add(chunk.value)) {
          cancel();
          return [TOO_LARGE];
        }
        if (++reads % CHUNKS_AT_ONCE === 0) await new Promise((resolve) => setTimeout(resolve));
      }
    } else if (add(new Uint8Array(await response.arrayBuffer()))) return [TOO_LARGE];
    const bytes = new Uint8Array(length);
    let at = 0;
    for (const chunk of chunks) {
      bytes.set(chunk, at);
      at += chunk.length;
    }
    return [0, bytes];
  } catch {
    return [NETWORK];
  }
}
