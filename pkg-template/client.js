import { LoyaltyError } from "./error.js";
import { connectEstimators } from "./estimator.js";
import * as glue from "./glue.js";
import { FORBIDDEN } from "./load.js";
import { ABORTED, FAILED, readBody, send, TIMEOUT } from "./network.js";

/** The wasm on its way: a promise, shared by all calls; `undefined` before the first and after a failure. */
let loading;
/** Whether it is there. */
let isReady = false;
/** The calls under way: what ends each after a trap, until when it may last, and its number in the wasm. */
const calls = new Set();
/** A call that is later than this is never heard of again: a runtime may freeze what waits with the request it served. */
const FROZEN_MS = 60_000;
let nextLookMs = FROZEN_MS;
/** A token function's answers under way, by function. */
const flights = new WeakMap();
const encoder = new TextEncoder();
let onAttemptFailed = false;
/** Counts the instances of the wasm. */
let instance = 0;

/** What each call takes. In the order of their numbers: see src/error.rs. */
const PARAMETERS = {
  createUser: ["koomalooma", "user", "options"],
  assignPoints: ["koomalooma", "userId", "commitment", "options"],
  listEarningRules: ["openLoyalty", "options"],
  triggerEvent: ["openLoyalty", "eventName", "options"],
  getCustomerStatus: ["openLoyalty", "options"],
  login: ["openLoyaltyServer", "credentials", "options"],
  refreshTokens: ["openLoyaltyServer", "refreshToken", "options"],
};
const OPERATIONS = Object.keys(PARAMETERS);

/** Pages and their workers, where every visitor can read what is there. Servers are recognised first. */
const isBrowser = ({ process, Deno, Bun, EdgeRuntime, WebSocketPair, fastly, document, WorkerGlobalScope }) =>
  !(process?.versions?.node || Deno || Bun || EdgeRuntime || WebSocketPair || fastly) &&
  !!(document || WorkerGlobalScope);

const invalid = (operation, field, advice) =>
  new LoyaltyError({ code: "invalid_input", outcome: "not_applied", operation, attempts: 0, field, advice });

const fresh = (network) => {
  const [name, code] = network.split(" ");
  return Object.assign(new Error(network), { name }, code && { code });
};

/** Runs code of the wasm. If it traps, every call under way fails and a fresh instance takes over. */
function guarded(run) {
  try {
    return run();
  } catch {
    const crashed = [...calls];
    calls.clear();
    instance++;
    try {
      glue.__wbg_reset_state();
    } catch {
      loading = undefined;
      isReady = false;
    }
    for (const call of crashed) call.crash();
  }
}

/** Lets go, now and then, of calls that nothing will end: Cloudflare's workers stop with the client that went away. */
function forgetFrozen(now) {
  if (now < nextLookMs) return;
  nextLookMs = now + FROZEN_MS;
  for (const call of calls) {
    if (call.until > now) continue;
    calls.delete(call);
    // It may be only asleep, as a laptop's page is.
    call.isLate = true;
    if (call.task !== undefined) guarded(() => glue.resume(call.task, call.until, true, ABORTED));
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

/** What the store's function for tokens gives, or for the headers that a gateway is to get. */
async function answerOf(asked, reason, isGateway) {
  try {
    let given = await ask(asked, reason);
    if (isGateway && given != null) given = JSON.stringify(plainHeaders(given), plain);
    return given == null ? [0] : typeof given === "string" ? [1, encoder.encode(given)] : [FAILED];
  } catch {
    return [FAILED];
  }
}

/**
 * Makes a call, once the wasm is there: it says what it needs, and is told what came of it. Rejects with the details of
 * an error.
 */
async function run(operation, input, { fetch, asked, signal, onAttempt, loadMs, isGateway, credentials }, load) {
  const began = performance.now();
  let controller, idempotencyKey, interrupt, interrupted, response, sending, sentAt, timer;
  let aborted = false;
  /** What is known of it, for when a trap leaves nobody to say. */
  let outcome = "not_applied";
  let sent = 0;
  const call = { crash: () => interrupt?.([FAILED]), until: began + loadMs + FROZEN_MS };
  const abort = () => {
    aborted = true;
    interrupt?.([ABORTED]);
  };
  const giveUp = () => {
    controller?.abort();
    // A fetch of the store's own may not heed its signal.
    sending?.then(([, , response]) => response.body.cancel()).catch(() => {});
  };
  /** Called at once. What an async one throws would end a Node process. */
  const report = (attempt) =>
    (async () => onAttempt(attempt))().catch((error) => {
      if (!onAttemptFailed) console.error("earnkit: onAttempt threw, which is ignored", error);
      onAttemptFailed = true;
    });
  try {
    aborted = !!signal?.aborted;
    signal?.addEventListener("abort", abort);
  } catch {
    throw invalid(operation, "options.signal", "an AbortSignal");
  }
  /** Gives what comes next as long as the call's signal and the time allow. */
  const allow = (ms) => {
    clearTimeout(timer);
    interrupted = new Promise((resolve) => {
      interrupt = resolve;
      timer = setTimeout(resolve, ms, [TIMEOUT]);
    });
    if (aborted) interrupt([ABORTED]);
  };
  forgetFrozen(began);
  calls.add(call);
  try {
    if (!isReady) allow(loadMs);
    let answer = await (isReady ? [0] : Promise.race([load().then(() => [0]), interrupted]));
    if (answer[0] === ABORTED) throw { code: "aborted", outcome, operation, attempts: 0 };
    if (answer[0] === TIMEOUT)
      throw { code: "timeout", outcome, operation, attempts: 0, advice: "The WebAssembly is late: check the network" };
    if (calls.has(call))
      call.task = guarded(() => {
        glue.write(input);
        return glue.start(OPERATIONS.indexOf(operation));
      });
    for (;;) {
      const [status, bytes] = answer;
      if (status < 0) giveUp();
      const now = performance.now() - began;
      const said =
        calls.has(call) &&
        guarded(() => {
          if (bytes) glue.write(bytes);
          return glue.read(glue.resume(call.task, now, aborted, status));
        });
      if (!said) {
        giveUp();
        throw {
          code: call.isLate ? "timeout" : "internal",
          outcome,
          operation,
          attempts: sent,
          ...(idempotencyKey && { idempotencyKey }),
        };
      }
      const { attempt, error, known, ms, most, reason, request, result } = JSON.parse(said);
      if (attempt && onAttempt) report({ operation, ...attempt, durationMs: now - sentAt });
      if (error) throw error;
      if (result) return result;
      if (ms !== undefined) allow(ms);
      let work = interrupted;
      if (request) {
        controller = new AbortController();
        sentAt = now;
        sent++;
        if (outcome !== "applied" && !/^(list|get)/.test(operation)) outcome = "unknown";
        idempotencyKey = request.headers["Idempotency-Key"];
        if (credentials) request.credentials = credentials;
        work = sending = send(fetch, request, controller.signal);
      } else if (known) {
        // A refusal says nothing about the attempts before it under the same key.
        if (outcome !== "applied" && !(idempotencyKey && known === "not_applied")) outcome = known;
        work = readBody(response, most, controller.signal);
      } else if (reason && !aborted) work = answerOf(asked, reason, isGateway);
      answer = await Promise.race([work, interrupted]);
      response = answer[2] ?? response;
    }
  } finally {
    calls.delete(call);
    clearTimeout(timer);
    try {
      signal?.removeEventListener("abort", abort);
    } catch {
      // The call is over all the same.
    }
  }
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
    // Throws in a module of something else.
    glue.length();
  } catch (error) {
    throw new Error(
      error.name === "CompileError"
        ? FORBIDDEN
        : `earnkit.wasm does not fit the JavaScript (${error.message}): serve both from the same package`,
    );
  }
}

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
      try {
        json += `,"key":"${crypto.getRandomValues(new Uint32Array(4)).join("-")}"`;
      } catch {
        // There is none, or not here, such as outside of a request in workerd: then the caller is asked for a key.
      }
    }
    if (name === "koomalooma" && !gateway && isBrowser(globalThis)) json += ',"browser":true';
    const input = encoder.encode(`{${json.slice(1)}}`);
    try {
      return await run(operation, input, functions, load);
    } catch (details) {
      if (details instanceof LoyaltyError) throw details;
      if (!details?.outcome) throw new LoyaltyError({ code: "internal", outcome: "unknown", operation, attempts: 0 });
      // Made here, where the stack shows who called.
      const { code, network } = details;
      throw new LoyaltyError(details, code === "aborted" ? functions.signal?.reason : network && fresh(network));
    }
  };
  const functions = {
    init,
    createEstimator: connectEstimators({ init, guarded, invalid, read, instance: () => instance }),
  };
  for (const operation of OPERATIONS)
    functions[operation] = (...values) => call(operation, PARAMETERS[operation], values);
  return functions;
}
