// The shop's worker: its page, its gateway to the loyalty server, and what a shop does itself, all at one origin.
import * as earnkit from "earnkit";
import { createGateway, Ledger } from "earnkit/gateway";

import { GUEST_READER, PARTNER, STORE_CODE } from "../js/demo-accounts.js";
import { json, Refusal, requireOwnPage, secured } from "./http.mjs";
import { createSessions } from "./sessions.mjs";
import { createShop } from "./shop.mjs";

export { Ledger };

const GATEWAY_PATH = "/loyalty";
/** What a page may trigger. Whoever leaves a name out here has the gateway refuse it. */
const EVENTS = [
  "facebook_like",
  "newsletter.poll",
  "photo.shared",
  "poster.voted",
  "profile.birthday",
  "review.written",
  "tasting.attended",
  "tea_calendar.opened",
  "tea_quiz",
];
const MOST_LINES = 100;

const openLoyaltyOf = ({ SANDBOX_URL }) => ({ baseUrl: SANDBOX_URL, storeCode: STORE_CODE });
const koomaloomaOf = ({ SANDBOX_URL, KOOMALOOMA_API_KEY }) => ({
  apiKey: KOOMALOOMA_API_KEY,
  baseUrl: `${SANDBOX_URL}/koomalooma/api`,
});
const sessions = createSessions();
/** What the gateway logged, newest first. */
let lines = [];
let shop;

/** Open Loyalty shows its rules to customers only, so the shop has an account to read them with. */
async function guestToken(env) {
  try {
    return (await earnkit.login(openLoyaltyOf(env), GUEST_READER)).token;
  } catch {
    // The server will say what is wrong when it is asked for the rules.
    return "none";
  }
}

const gateway = createGateway({
  mountPath: GATEWAY_PATH,
  openLoyalty: openLoyaltyOf,
  koomalooma: (env) => ({ ...koomaloomaOf(env), partnerId: PARTNER.partnerId }),
  origins: ({ ORIGINS }) => ORIGINS,
  events: EVENTS,
  async identify(request, env, reason) {
    if (reason === "initial") return sessions.find(request, env);
    // A session ends with its token: nobody is signed in again behind their back.
    await sessions.close(request, env);
    return null;
  },
  guest: async (env) => ({ token: await guestToken(env) }),
  ledger: ({ LEDGER }) => LEDGER,
  serverCredential: ({ AWARDS_KEY }) => AWARDS_KEY,
  rateLimit: { perMinute: 300 },
  log(line) {
    lines = [{ at: Date.now(), ...line }, ...lines].slice(0, MOST_LINES);
  },
});

/** The gateway as the shop's own server calls it for an order's points. It is in this worker, so nothing goes out. */
const gatewayOf = (env) => ({
  gatewayUrl: new URL(GATEWAY_PATH, env.ORIGINS[0]),
  headers: { Authorization: `Bearer ${env.AWARDS_KEY}` },
  fetch: (url, init) => gateway.fetch(new Request(url, init), env),
});

const makeShop = (env) =>
  createShop({
    earnkit,
    sessions,
    openLoyaltyServer: openLoyaltyOf(env),
    admin: { username: "admin", password: env.ADMIN_PASSWORD },
    koomalooma: koomaloomaOf(env),
    gateway: gatewayOf(env),
    partner: PARTNER,
  });

/** What is under the hood: the sandbox's own routes, for its page alone. */
async function askSandbox(request, env, pathname) {
  if (request.method !== "GET") requireOwnPage(request, env);
  const { method, headers } = request;
  const type = headers.get("content-type");
  const answer = await fetch(`${env.SANDBOX_URL}${pathname}`, {
    method,
    headers: type ? { "content-type": type } : {},
    body: method === "POST" ? await request.text() : undefined,
  });
  return new Response(answer.body, { status: answer.status, headers: { "Content-Type": "application/json" } });
}

async function answer(request, env, pathname) {
  try {
    if (pathname === "/config.json") return json(200, { gatewayUrl: GATEWAY_PATH });
    if (pathname === "/hood/gateway.json") return json(200, { lines });
    if (pathname.startsWith("/sandbox/")) return await askSandbox(request, env, pathname);
    if (pathname.startsWith("/shop/")) {
      shop ??= makeShop(env);
      return await shop(request, env, pathname);
    }
    return await env.FILES.fetch(new Request(`https://files.invalid${pathname}`, { method: request.method }));
  } catch (error) {
    if (error instanceof Refusal) {
      const { status, code, message } = error;
      return json(status, { error: { code, outcome: "not_applied", message } });
    }
    console.error(error.stack);
    return json(500, { error: { code: "internal", outcome: "unknown" } });
  }
}

export default {
  async fetch(request, env, ctx) {
    const { pathname } = new URL(request.url);
    if (pathname === GATEWAY_PATH || pathname.startsWith(`${GATEWAY_PATH}/`)) return gateway.fetch(request, env, ctx);
    return secured(await answer(request, env, pathname));
  },
};
