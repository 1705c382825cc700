// The page as static files alone: both servers run inside it, as WebAssembly. Only here does the page speak to
// koomalooma itself, with a key that is worth nothing.
import { createAssignment } from "./assignment.js";
import { readControl } from "./backend-hosted.js";
import { GUEST_READER, PARTNER, STORE_CODE } from "./demo-accounts.js";
import { createGuestRules } from "./guest-rules.js";
import { priceOrder } from "./order.js";
import { createOrderBook, publicOrder } from "./order-book.js";
import { publicFields, ShopProblem } from "./problem.js";
import { PurchaseError } from "./purchase.js";
import { customerOf } from "./token.js";

const WORTHLESS_KEY = "sandbox-partner-key";
const WORTHLESS_ADMIN = { username: "admin", password: "open" };

export async function connectEmbedded(earnkit, { onAttempt }) {
  const { createSandbox } = await earnkit.loadSandbox();
  const sandbox = createSandbox();
  const openLoyaltyServer = { baseUrl: sandbox.baseUrl, storeCode: STORE_CODE, fetch: sandbox.fetch };
  const koomalooma = {
    apiKey: WORTHLESS_KEY,
    baseUrl: sandbox.koomaloomaBaseUrl,
    fetch: sandbox.fetch,
    dangerouslyAllowBrowser: true,
  };
  const readGuestRules = createGuestRules(earnkit, openLoyaltyServer, GUEST_READER);
  const sessionId = crypto.randomUUID();
  const assign = createAssignment({
    earnkit,
    openLoyaltyServer,
    admin: WORTHLESS_ADMIN,
    koomalooma,
    partner: PARTNER,
  });
  const book = createOrderBook({ assign });
  /** In this module's memory only. */
  let token = null;

  async function askForPoints({ order, points }) {
    try {
      return { order: publicOrder(order), ...(await points({ sessionId, onAttempt })) };
    } catch (error) {
      if (!earnkit.isLoyaltyError(error) && !(error instanceof PurchaseError)) throw error;
      throw new ShopProblem(publicFields(error), publicOrder(order));
    }
  }

  return {
    loyalty: { ...openLoyaltyServer, token: () => token },
    async signIn(credentials) {
      ({ token } = await earnkit.login(openLoyaltyServer, credentials, { onAttempt }));
    },
    async signOut() {
      token = null;
    },
    guestRules: () => readGuestRules(onAttempt),
    async placeOrder({ lines, programme }) {
      const priced = priceOrder(lines);
      if (!priced) throw new ShopProblem({ code: "invalid_input", outcome: "not_applied" });
      return askForPoints(book.add(customerOf(token), programme, priced));
    },
    askForPoints: ({ orderId }) => askForPoints(book.find(orderId, customerOf(token))),
    sandbox: async (path, init) => readControl(await sandbox.fetch(`${sandbox.baseUrl}/sandbox/${path}`, init)),
  };
}
