// What the shop does beside its gateway: it signs customers in, knows its prices, holds the partner's key, and runs the
// same package as the page.
import { createAssignment } from "../js/assignment.js";
import { PROGRAMMES, priceOrder } from "../js/order.js";
import { createOrderBook, publicOrder } from "../js/order-book.js";
import { publicFields } from "../js/problem.js";
import { PurchaseError } from "../js/purchase.js";
import { customerOf } from "../js/token.js";
import { json, Refusal, readJson, requireOwnPage } from "./http.mjs";

/** How many answers are remembered for a repeated request. */
const MOST_ANSWERS = 1_000;
const POINTS_PATH = /^\/shop\/orders\/([\w-]+)\/points$/;

export function createShop({ earnkit, sessions, openLoyaltyServer, admin, koomalooma, gateway, partner }) {
  const assign = createAssignment({ earnkit, openLoyaltyServer, admin, koomalooma, gateway, partner });
  const book = createOrderBook({ assign });
  const answers = new Map();

  async function requireSession(request, env) {
    const session = await sessions.find(request, env);
    if (!session) throw new Refusal(401, "sign in first", "unauthorized");
    return session;
  }

  /** The token stays on this side; the page gets a cookie that it can't read. */
  async function signIn(request, env) {
    requireOwnPage(request, env);
    const { username, password } = (await readJson(request)) ?? {};
    const attempts = [];
    const onAttempt = (attempt) => attempts.push(attempt);
    try {
      const { token } = await earnkit.login(openLoyaltyServer, { username, password }, { onAttempt });
      const cookie = await sessions.open({ ...customerOf(token), token }, env);
      return json(200, { attempts }, { "Set-Cookie": cookie });
    } catch (error) {
      if (!earnkit.isLoyaltyError(error)) throw error;
      const status = error.code === "unauthorized" ? 401 : 502;
      return json(status, { error: publicFields(error), attempts });
    }
  }

  async function signOut(request, env) {
    requireOwnPage(request, env);
    return json(200, {}, { "Set-Cookie": await sessions.close(request, env) });
  }

  /** Answers a repeated request for an order with what the first one came to. */
  async function receiveOrder(request, env) {
    requireOwnPage(request, env);
    const { lines, programme } = (await readJson(request)) ?? {};
    const priced = priceOrder(lines);
    if (!priced) throw new Refusal(400, "these lines can't be ordered");
    if (!PROGRAMMES.includes(programme)) throw new Refusal(400, "there is no such programme");
    const session = await requireSession(request, env);
    const key = request.headers.get("idempotency-key") ?? "";
    if (!/^[\x21-\x7e]{1,255}$/.test(key)) throw new Refusal(400, "an order needs an Idempotency-Key");

    const repeatable = `${session.userSessionId} ${key}`;
    if (!answers.has(repeatable)) {
      if (answers.size === MOST_ANSWERS) answers.delete(answers.keys().next().value);
      const place = (customer) => book.add(customer, programme, priced);
      answers.set(repeatable, askForPoints(session, place));
    }
    const { status, body } = await answers.get(repeatable);
    return json(status, body);
  }

  /** Has the points of an order assigned that was placed before and has none. */
  async function receivePointsRequest(request, env, orderId) {
    requireOwnPage(request, env);
    const session = await requireSession(request, env);
    const { status, body } = await askForPoints(session, (customer) => book.find(orderId, customer));
    return json(status, body);
  }

  /** `entryOf(customer)` gives the order in the book. */
  async function askForPoints({ token, userSessionId: sessionId, ...customer }, entryOf) {
    const attempts = [];
    const onAttempt = (attempt) => attempts.push(attempt);
    let order;
    try {
      // Whoever is signed in with a token that has ended signs in again before anything is sold to them.
      await earnkit.getCustomerStatus({ ...openLoyaltyServer, token }, { onAttempt });
      const entry = entryOf(customer);
      if (!entry) return { status: 404, body: { error: { code: "not_found", outcome: "not_applied" } } };
      order = publicOrder(entry.order);
      const assigned = await entry.points({ sessionId, onAttempt });
      return { status: 200, body: { order, ...assigned, attempts } };
    } catch (error) {
      return problemAnswer(error, { order, attempts });
    }
  }

  function problemAnswer(error, extra) {
    if (!earnkit.isLoyaltyError(error) && !(error instanceof PurchaseError)) throw error;
    const signedOut = error.operation === "getCustomerStatus" && error.code === "unauthorized";
    return { status: signedOut ? 401 : 502, body: { error: publicFields(error), ...extra } };
  }

  return function answer(request, env, pathname) {
    const route = `${request.method} ${pathname}`;
    const orderId = request.method === "POST" && POINTS_PATH.exec(pathname)?.[1];
    if (route === "POST /shop/session") return signIn(request, env);
    if (route === "DELETE /shop/session") return signOut(request, env);
    if (route === "POST /shop/orders") return receiveOrder(request, env);
    if (orderId) return receivePointsRequest(request, env, orderId);
    throw new Refusal(404, "the shop has no such route", "not_found");
  };
}
