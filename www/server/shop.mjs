// The shop's side of the demo: it holds the partner's key, knows its prices, and runs the same package as the page.
import { createHash } from "node:crypto";

import { createAssignment } from "../js/assignment.js";
import { GUEST_READER } from "../js/demo-accounts.js";
import { createGuestRules } from "../js/guest-rules.js";
import { PROGRAMMES, priceOrder } from "../js/order.js";
import { createOrderBook, publicOrder } from "../js/order-book.js";
import { publicFields } from "../js/problem.js";
import { PurchaseError } from "../js/purchase.js";
import { customerOf } from "../js/token.js";
import { Refusal, readJson, requireOwnPage, sendJson } from "./http.mjs";

/** How many answers are remembered for a repeated request. */
const MOST_ANSWERS = 1_000;
const POINTS_PATH = /^\/shop\/orders\/([\w-]+)\/points$/;

function requireToken(request) {
  const token = /^Bearer ([\x21-\x7e]+)$/.exec(request.headers.authorization ?? "")?.[1];
  if (!token) throw new Refusal(401, "sign in first");
  return token;
}

const invalid = (message) => ({ error: { code: "invalid_input", outcome: "not_applied", message } });

export function createShop({ earnkit, openLoyaltyServer, admin, koomalooma, partner }) {
  const readGuestRules = createGuestRules(earnkit, openLoyaltyServer, GUEST_READER);
  const assign = createAssignment({ earnkit, openLoyaltyServer, admin, koomalooma, partner });
  const book = createOrderBook({ assign });
  const answers = new Map();

  /** Reads the rules with the shop's own account. */
  async function earningRules(response) {
    const attempts = [];
    try {
      const rules = await readGuestRules((attempt) => attempts.push(attempt));
      sendJson(response, 200, { ...rules, attempts });
    } catch (error) {
      const { status, body } = problemAnswer(error, { attempts });
      // Whatever became of the shop's own login, the visitor only read.
      body.error.outcome = "not_applied";
      sendJson(response, status, body);
    }
  }

  /** Answers a repeated request for an order with what the first one came to. */
  async function receiveOrder(request, response) {
    requireOwnPage(request);
    const { lines, programme } = (await readJson(request)) ?? {};
    const priced = priceOrder(lines);
    if (!priced) throw new Refusal(400, "these lines can't be ordered");
    if (!PROGRAMMES.includes(programme)) throw new Refusal(400, "there is no such programme");
    const token = requireToken(request);
    const key = request.headers["idempotency-key"] ?? "";
    if (!/^[\x21-\x7e]{1,255}$/.test(key)) throw new Refusal(400, "an order needs an Idempotency-Key");

    const repeatable = `${token} ${key}`;
    if (!answers.has(repeatable)) {
      if (answers.size === MOST_ANSWERS) answers.delete(answers.keys().next().value);
      const place = (customer) => book.add(customer, programme, priced);
      answers.set(repeatable, askForPoints(token, place));
    }
    const { status, body } = await answers.get(repeatable);
    sendJson(response, status, body);
  }

  /** Has the points of an order assigned that was placed before and has none. */
  async function receivePointsRequest(request, response, orderId) {
    requireOwnPage(request);
    const { status, body } = await askForPoints(requireToken(request), (customer) => book.find(orderId, customer));
    sendJson(response, status, body);
  }

  /** `entryOf(customer)` gives the order in the book. */
  async function askForPoints(token, entryOf) {
    const attempts = [];
    const onAttempt = (attempt) => attempts.push(attempt);
    let order;
    try {
      // Open Loyalty vouches for the token, and with it for the customer's id.
      await earnkit.getCustomerStatus({ ...openLoyaltyServer, token }, { onAttempt });
      const entry = entryOf(customerOf(token));
      if (!entry) return { status: 404, body: invalid("there is no such order") };
      order = publicOrder(entry.order);
      const sessionId = createHash("sha256").update(token).digest("hex").slice(0, 32);
      const assigned = await entry.points({ sessionId, onAttempt });
      return { status: 200, body: { order, ...assigned, attempts } };
    } catch (error) {
      return problemAnswer(error, { order, attempts });
    }
  }

  function problemAnswer(error, extra) {
    if (!earnkit.isLoyaltyError(error) && !(error instanceof PurchaseError)) throw error;
    // A token that is none at all is refused by the package before it is sent.
    const signedOut =
      error.operation === "getCustomerStatus" && (error.code === "unauthorized" || error.code === "invalid_input");
    return { status: signedOut ? 401 : 502, body: { error: publicFields(error), ...extra } };
  }

  return async function answer(request, response, pathname) {
    const route = `${request.method} ${pathname}`;
    const orderId = request.method === "POST" && POINTS_PATH.exec(pathname)?.[1];
    try {
      if (route === "GET /shop/earning-rules") await earningRules(response);
      else if (route === "POST /shop/orders") await receiveOrder(request, response);
      else if (orderId) await receivePointsRequest(request, response, orderId);
      else throw new Refusal(404, "the shop has no such route");
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      // What is left of a refused body is not read.
      sendJson(response, error.status, invalid(error.message), { Connection: "close" });
    }
  };
}
