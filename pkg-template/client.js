import { LoyaltyError } from "./error.js";
import { connectEstimators } from "./estimator.js";
import * as glue from "./glue.js";
import { FORBIDDEN } from "./load.js";

/** The wasm on its way: a promise, shared by all calls; `undefined` before the first and after a failure. */
let loading;
/** Whether it is there. */
let isReady = false;
/** The calls under way, so that a trap can reject them. */
const calls = new Set();
/** A token function's answers under way, by function. */
const flights = new WeakMap();
const encoder = new TextEncoder();
let onAttemptFailed = false;
/** Counts the instances of the wasm. */
let instance = 0;

/** Pages and their workers, where every visitor can read what is there. Servers are recognised first. */
const isBrowser = ({ process, Deno, Bun, EdgeRuntime, WebSocketPair, fastly, document, WorkerGlobalScope }) =>
  !(process?.versions?.node || Deno || Bun || EdgeRuntime || WebSocketPair || fastly) &&
  !!(document || WorkerGlobalScope);

const invalid = (operation, field, advice) =>
  new LoyaltyError({ code: "invalid_input", outcome: "not_applied", operation, attempts: 0, field, advice });

/** The name and code of a runtime's error, never its message: that may quote the request. */
function nameOf(error) {
  const words = [error?.name ?? "Error", error?.code ?? error?.cause?.code];
  return words.filter((word) => typeof word === "string" && /^\w{1,40}$/.test(word)).join(" ");
}

const fresh = (network) => {
  const [name, code] = network.split(" ");
  return Object.assign(new Error(network), { name }, code && { code });
};

/** Runs code of the wasm. If it traps, every call under way fails and a fresh instance takes over. */
function guarded(run) {
  try {
    return run();
  } catch {
    const failed = [...calls];
    calls.clear();
    instance++;
    try {
      glue.__wbg_reset_state();
    } catch {
      loading = undefined;
      isReady = false;
    }
    for (const call of failed) call.crash();
  }
}

/** Asks the store's token function, once for all calls that wait for the same answer. */
function ask(token, reason) {
  const answers = flights.get(token) ?? {};
  flights.set(token, answers);
  const now = performance.now();
  // One that takes longer is left to those who wait for it, or they would all wait for ever.
  if (!(answers[reason]?.until > now)) {
    const flight = { until: now + 30_000 };
    const end = () => answers[reason] === flight && delete answers[reason];
    flight.answer = (async () => token(reason))().finally(end);
    answers[reason] = flight;
  }
  return answers[reason].answer;
}

/** Headers as a plain object. A Headers object would be an empty one in JSON. */
const plainHeaders = (headers) => (typeof headers?.get === "function" ? Object.fromEntries(headers) : headers);

/** A gateway as a plain object whose address is absolute; nothing for another target. */
function gatewayOf(target) {
  try {
    if (!("gatewayUrl" in target)) return;
    const gateway = { ...target, headers: plainHeaders(target.headers) };
    const { gatewayUrl } = gateway;
    if (typeof gatewayUrl === "string" && gatewayUrl) {
      const { document, location } = globalThis;
      try {
        // As for fetch, a relative address starts at the page or its worker.
        gateway.gatewayUrl = new URL(gatewayUrl, document?.baseURI ?? location?.href).href;
      } catch {
        // What is no address the wasm refuses.
      }
    }
    return gateway;
  } catch {
    // No object, or one that can't be read: that is for others to say.
  }
}

/** What JSON would leave out, or turn into `null`, becomes a list: that is refused wherever it stands. */
const plain = (_, value) =>
  typeof value === "function" || typeof value === "symbol" || (typeof value === "number" && !Number.isFinite(value))
    ? []
    : value;

/** Reads the caller's arguments once, now: what happens to them later does not matter. */
function read(operation, args) {
  let json = "";
  for (const name in args) {
    let text;
    try {
      text = JSON.stringify(args[name], plain);
    } catch {
      throw invalid(operation, name, "plain data that JSON.stringify accepts");
    }
    if (text !== undefined) json += `,"${name}":${text}`;
  }
  return json;
}

function functionsOf(operation, name, target, options) {
  let field = name;
  try {
    const { fetch, token, headers, credentials } = target ?? {};
    field = "options";
    const { signal, onAttempt, totalTimeoutMs } = options ?? {};
    if (fetch != null && typeof fetch !== "function") throw invalid(operation, `${name}.fetch`, "a function");
    if (onAttempt != null && typeof onAttempt !== "function")
      throw invalid(operation, "options.onAttempt", "a function");
    if (signal != null && (typeof signal.aborted !== "boolean" || typeof signal.removeEventListener !== "function"))
      throw invalid(operation, "options.signal", "an AbortSignal");
    const isGateway = name === "gateway";
    const secret = isGateway ? headers : token;
    return {
      fetch,
      asked: typeof secret === "function" ? secret : undefined,
      signal,
      onAttempt,
      // What is out of range is for the wasm to refuse.
      loadMs:
        typeof totalTimeoutMs === "number" && totalTimeoutMs >= 1 && totalTimeoutMs < 2 ** 31 ? totalTimeoutMs : 30_000,
      isGateway,
      credentials: isGateway ? credentials : undefined,
    };
  } catch (error) {
    throw error instanceof LoyaltyError ? error : invalid(operation, field, "a plain object");
  }
}

/**
 * Starts a call in the wasm, once that is there, and gives it what it needs of JavaScript. Rejects with the details of
 * an error.
 */
function start(operation, input, { fetch, asked, signal, onAttempt, loadMs, isGateway, credentials }, load) {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    let task, alarm;
    let woken = false;
    let sent = 0;
    let known = "not_applied";
    let idempotencyKey;
    const poll = () => {
      woken = false;
      if (!calls.has(call)) return;
      if (task !== undefined) guarded(() => glue.poll(task));
      else fail({ code: host.aborted ? "aborted" : "timeout", outcome: known, operation, attempts: 0 });
    };
    const wake = () => {
      if (woken) return;
      woken = true;
      queueMicrotask(poll);
    };
    const abort = () => {
      host.aborted = true;
      wake();
    };
    const end = () => {
      calls.delete(call);
      alarm?.stop();
      try {
        signal?.removeEventListener("abort", abort);
      } catch {
        // The call is over all the same.
      }
    };
    const fail = (details) => {
      end();
      reject(details);
    };
    const call = {
      crash: () =>
        fail({
          code: "internal",
          outcome: known,
          operation,
          attempts: sent,
          ...(idempotencyKey && { idempotencyKey }),
        }),
    };
    const host = {
      wake,
      resolve(json) {
        end();
        resolve(JSON.parse(json));
      },
      reject: (json) => fail(JSON.parse(json)),
      known(outcome) {
        // A refusal says nothing about the attempts before it under the same key.
        if (!idempotencyKey || outcome !== "not_applied") known = outcome;
      },
      fetch: async (url, init) => {
        sent++;
        if (!/^(list|get)/.test(operation)) known = "unknown";
        idempotencyKey = init.headers["Idempotency-Key"];
        if (credentials) init.credentials = credentials;
        try {
          if (globalThis.Deno && !fetch && init.method === "POST") {
            // It would send a request again by itself when the connection closes, but for one with a stream.
            init.body = new Blob([init.body ?? ""]).stream();
            init.duplex = "half";
          }
          const response = await (fetch ?? globalThis.fetch)(url, init);
          const { headers, status, type } = response;
          // A Headers object gives a text or null; what is no Headers object throws or gives something else.
          const texts = ["content-type", "retry-after"].map((name) => headers.get(name) ?? "");
          if (texts.every((text) => typeof text === "string") && (status > 0 || type === "opaqueredirect"))
            return response;
        } catch (error) {
          throw nameOf(error);
        }
        throw "TypeError NOT_A_RESPONSE";
      },
      token: async (reason) => {
        const secret = await ask(asked, reason);
        return isGateway && secret != null ? JSON.stringify(plainHeaders(secret), plain) : secret;
      },
      attempt(attempt, route, status, durationMs, next, delayMs) {
        if (!onAttempt) return;
        // Called at once. What an async one throws would end a Node process.
        const report = async () =>
          onAttempt({
            operation,
            attempt,
            route,
            ...(status && { status }),
            durationMs,
            next,
            ...(delayMs >= 0 && { delayMs }),
          });
        report().catch((error) => {
          if (!onAttemptFailed) console.error("earnkit: onAttempt threw, which is ignored", error);
          onAttemptFailed = true;
        });
      },
      now: () => performance.now() - began,
      timer(delayMs) {
        let controller = new AbortController();
        const timer = {
          fired: false,
          signal: controller.signal,
          stop(finished) {
            clearTimeout(id);
            // An abort takes longer than all the rest of a call, so only where there is something to end.
            if (!finished) controller?.abort();
            controller = undefined;
          },
        };
        alarm = timer;
        const id = setTimeout(() => {
          timer.fired = true;
          wake();
        }, delayMs);
        return timer;
      },
    };
    try {
      host.aborted = !!signal?.aborted;
      signal?.addEventListener("abort", abort);
    } catch {
      throw invalid(operation, "options.signal", "an AbortSignal");
    }
    calls.add(call);
    if (!isReady) {
      if (host.aborted) wake();
      host.timer(loadMs);
    }
    load().then(() => {
      if (!calls.has(call)) return;
      alarm?.stop(true);
      guarded(() => {
        task = glue.start(operation, input, host);
        glue.poll(task);
      });
    }, fail);
  });
}

/** Whether a module may come of it. */
function isSource(source) {
  try {
    const kind = Object.prototype.toString.call(source);
    if (source == null || typeof source === "string" || kind === "[object WebAssembly.Module]") return true;
    return typeof source === "object" && ["href", "byteLength", "arrayBuffer", "then"].some((name) => name in source);
  } catch {
    return false;
  }
}

function instantiate(module) {
  try {
    glue.initSync({ module });
  } catch (error) {
    throw new Error(
      error.name === "CompileError"
        ? FORBIDDEN
        : `earnkit.wasm does not fit the JavaScript (${error.message}): serve both from the same package`,
    );
  }
}

/** What each call takes. */
const PARAMETERS = {
  createUser: ["koomalooma", "user", "options"],
  assignPoints: ["koomalooma", "userId", "commitment", "options"],
  listEarningRules: ["openLoyalty", "options"],
  triggerEvent: ["openLoyalty", "eventName", "options"],
  getCustomerStatus: ["openLoyalty", "options"],
  login: ["openLoyaltyServer", "credentials", "options"],
  refreshTokens: ["openLoyaltyServer", "refreshToken", "options"],
};

/** The public functions over one way to load the wasm: `bring(source)` gives a module. */
export function connect(bring) {
  const load = (source) => {
    loading ??= (async () => {
      instantiate(await bring(source));
      isReady = true;
    })().catch((cause) => {
      loading = undefined;
      throw {
        code: "load_failed",
        outcome: "not_applied",
        operation: "init",
        attempts: 0,
        advice: String(cause?.message ?? cause),
      };
    });
    return loading;
  };
  const init = async (source) => {
    if (!isSource(source))
      throw invalid("init", "source", "a URL, bytes, a Response or a WebAssembly.Module, or a Promise of one");
    try {
      await load(source);
    } catch (details) {
      throw new LoyaltyError(details);
    }
  };
  const call = async (operation, names, values) => {
    const gateway = gatewayOf(values[0]);
    const [name] = names;
    const args = Object.fromEntries(names.map((name, index) => [name, values[index]]));
    if (gateway) args[name] = gateway;
    const functions = functionsOf(operation, gateway ? "gateway" : name, args[name], args.options);
    let json = read(operation, args);
    if (functions.asked) json += ',"asks":true';
    if (gateway) {
      json += ',"gateway":true';
      if (globalThis.crypto) json += `,"key":"${crypto.getRandomValues(new Uint32Array(4)).join("-")}"`;
    }
    if (name === "koomalooma" && !gateway && isBrowser(globalThis)) json += ',"browser":true';
    const input = encoder.encode(`{${json.slice(1)}}`);
    try {
      return await start(operation, input, functions, load);
    } catch (details) {
      if (details instanceof LoyaltyError) throw details;
      // Made here, where the stack shows who called.
      const { code, network } = details;
      throw new LoyaltyError(details, code === "aborted" ? functions.signal?.reason : network && fresh(network));
    }
  };
  const functions = {
    init,
    createEstimator: connectEstimators({ init, guarded, invalid, read, instance: () => instance }),
  };
  for (const operation in PARAMETERS)
    functions[operation] = (...values) => call(operation, PARAMETERS[operation], values);
  return functions;
}
