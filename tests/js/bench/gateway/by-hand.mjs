// What `GET earning-rules` of the package's gateway does, as a store would write it for this one route: who may ask, how
// often, what of the answer is for the page, and whether the page has it already.
const ORIGINS = ["https://shop.example"];
const PER_MINUTE = 1_000_000;
const MOST_BUCKETS = 10_000;
const TIMEOUT_MS = 4_000;
const MOST_BYTES = 8 * 1024 * 1024;

const buckets = new Map();
const reads = new Map();

/** Whether there is a request left. */
function take(name) {
  const now = Date.now();
  const bucket = buckets.get(name) ?? { tokens: PER_MINUTE, at: now };
  buckets.delete(name);
  bucket.tokens = Math.min(PER_MINUTE, bucket.tokens + ((now - bucket.at) * PER_MINUTE) / 60_000);
  bucket.at = now;
  const isAllowed = bucket.tokens >= 1;
  if (isAllowed) bucket.tokens--;
  buckets.set(name, bucket);
  if (buckets.size > MOST_BUCKETS) buckets.delete(buckets.keys().next().value);
  return isAllowed;
}

const customerOf = (token) => JSON.parse(atob(token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/"))).id;
const date = (text) => text.replace(/([+-]\d\d)(\d\d)$/, "$1:$2");

/** What a page may see of a rule. */
function redact({ usageUrl, code, usages = [], ...rule }, customer) {
  if (typeof rule.earningRuleId !== "string" || typeof rule.type !== "string") throw new TypeError("a rule without id");
  const own = usages.filter(({ subject }) => subject?.subjectId === customer);
  for (const name of ["levelNames", "segmentNames", "posNames"]) if (Array.isArray(rule[name])) rule[name] = {};
  for (const name of ["startAt", "endAt"]) if (rule[name]) rule[name] = date(rule[name]);
  return { ...rule, usages: own.map((usage) => ({ date: date(usage.date) })) };
}

async function ask(env, token) {
  const response = await fetch(`${env.UPSTREAM}/api/DEFAULT/customer/earningRule`, {
    headers: { accept: "application/json", authorization: `Bearer ${token}` },
    redirect: "manual",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (response.status !== 200 || !response.headers.get("content-type")?.startsWith("application/json")) {
    throw Object.assign(new Error("upstream"), { status: response.status });
  }
  if (Number(response.headers.get("content-length")) > MOST_BYTES) throw new Error("too large");
  const { earningRules, currency } = await response.json();
  const customer = customerOf(token);
  return { earningRules: earningRules.map((rule) => redact(rule, customer)), currency };
}

/** Requests for the same customer at the same time share an answer. */
function share(customer, read) {
  const running = reads.get(customer);
  if (running) return running;
  const reading = read().finally(() => reads.delete(customer));
  reads.set(customer, reading);
  return reading;
}

async function etagOf(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return `"${btoa(String.fromCharCode(...digest.subarray(0, 16)))}"`;
}

export const createGateway = (identify) => {
  const answer = async (request, env) => {
    const { pathname } = new URL(request.url);
    const origin = request.headers.get("origin");
    const headers = { "cache-control": "private, no-cache", "x-content-type-options": "nosniff", vary: "Origin" };
    const fail = (status, code) => Response.json({ error: { code, outcome: "not_applied" } }, { status, headers });
    if (pathname !== "/loyalty/earning-rules") return fail(404, "not_found");
    if (request.method !== "GET") return fail(405, "rejected");
    const isForeign = origin ? !ORIGINS.includes(origin) : request.headers.get("sec-fetch-site") === "cross-site";
    if (isForeign) return fail(403, "forbidden");
    if (origin) {
      headers["access-control-allow-origin"] = origin;
      headers["access-control-allow-credentials"] = "true";
    }
    const address = request.headers.get("cf-connecting-ip");
    if (address && !take(`address ${address}`)) return fail(429, "rate_limited");
    const identity = await identify(request, env);
    if (!identity) return fail(401, "unauthorized");
    if (!take(`reads of ${identity.id}`)) return fail(429, "rate_limited");
    let rules;
    try {
      rules = await share(identity.id, () => ask(env, identity.token));
    } catch (error) {
      return error.status === 401 ? fail(401, "unauthorized") : fail(502, "network");
    }
    const bytes = new TextEncoder().encode(JSON.stringify(rules));
    headers.etag = await etagOf(bytes);
    if (request.headers.get("if-none-match") === headers.etag) return new Response(null, { status: 304, headers });
    headers["content-type"] = "application/json";
    return new Response(bytes, { headers });
  };
  return {
    async fetch(request, env) {
      const started = performance.now();
      const response = await answer(request, env);
      console.log(JSON.stringify({ route: "earning_rules", status: response.status, ms: performance.now() - started }));
      return response;
    },
  };
};
