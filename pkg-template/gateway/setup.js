import { decide } from "./decide.js";

const PER_MINUTE = 30;
/** A household or an office behind one address. */
const CUSTOMERS_PER_ADDRESS = 10;

const isFunction = (value) => typeof value === "function";
const text = (value) => (value instanceof URL ? value.href : typeof value === "string" ? value : undefined);
/** A number, or one that no limit can be. */
const number = (value, fallback) => (value === undefined ? fallback : Number.isFinite(value) ? value : -1);
const texts = (value) => (Array.isArray(value) && value.every((item) => typeof item === "string") ? value : undefined);

function kindOf(ledger) {
  if (ledger === undefined) return "none";
  if (isFunction(ledger?.idFromName) && isFunction(ledger?.get)) return "durable";
  if (isFunction(ledger?.read) && isFunction(ledger?.swap)) return ledger.forDevelopment ? "memory" : "store";
  return "unusable";
}

/** Evaluates the store's functions. Gives a sentence under `problem` if something is not as it must be. */
async function evaluate(options, env, isProduction) {
  const of = async (name) => {
    const value = options[name];
    try {
      return isFunction(value) ? ((await value(env)) ?? null) : value;
    } catch {
      throw `${name} threw an error: is the worker's environment complete?`;
    }
  };
  try {
    const openLoyalty = await of("openLoyalty");
    const koomalooma = await of("koomalooma");
    const origins = await of("origins");
    const ledger = await of("ledger");
    const serverCredential = await of("serverCredential");
    const { mountPath, events = [], identify, rateLimit = {}, dailyPoints } = options;
    const perMinute = number(rateLimit.perMinute, PER_MINUTE);
    const setup = {
      mountPath: text(mountPath),
      origins: texts(origins),
      events: texts(events),
      hasIdentify: isFunction(identify),
      openLoyalty: openLoyalty && {
        baseUrl: text(openLoyalty.baseUrl),
        storeCode: openLoyalty.storeCode,
        pathStyle: openLoyalty.pathStyle,
      },
      koomalooma: koomalooma && {
        baseUrl: text(koomalooma.baseUrl),
        apiKey: text(koomalooma.apiKey),
        partnerId: text(koomalooma.partnerId),
      },
      ledger: kindOf(ledger),
      isProduction,
      serverCredential: text(serverCredential),
      hasServerCredential: serverCredential !== undefined,
      perMinute,
      perMinutePerAddress: number(rateLimit.perMinutePerAddress, perMinute * CUSTOMERS_PER_ADDRESS),
      dailyPoints: number(dailyPoints),
    };
    const problem = decide("setup", setup);
    if (problem) return { problem };
    return {
      ...setup,
      openLoyalty,
      koomalooma,
      ledger,
      ledgerKind: setup.ledger,
      policy: {
        mountPath,
        origins: setup.origins,
        events,
        servesOpenLoyalty: !!openLoyalty,
        servesKoomalooma: !!koomalooma,
        takesCommitments: !!koomalooma && !!serverCredential,
      },
    };
  } catch (problem) {
    return { problem: typeof problem === "string" ? problem : "the options of createGateway can't be read" };
  }
}

/** The set-up for an environment, evaluated once, or until it is right. */
export function setupsOf(options) {
  const known = new WeakMap();
  const without = {};
  return (given, isProduction) => {
    const env = given !== null && typeof given === "object" ? given : without;
    const setups = known.get(env) ?? {};
    known.set(env, setups);
    setups[isProduction] ??= evaluate(options, given, isProduction).then((setup) => {
      if (setup.problem) delete setups[isProduction];
      return setup;
    });
    return setups[isProduction];
  };
}
