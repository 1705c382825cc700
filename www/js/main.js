import * as earnkit from "../earnkit.js";
import { mountAccount } from "./account-view.js";
import { connectEmbedded } from "./backend-embedded.js";
import { connectHosted } from "./backend-hosted.js";
import { mountCart } from "./cart-view.js";
import { createClaims } from "./claims.js";
import { createClock } from "./clock.js";
import { mountCommitments } from "./commitments-view.js";
import { CUSTOMER } from "./demo-accounts.js";
import { mountHeader } from "./header-view.js";
import { createAttemptLog } from "./hood/attempt-log.js";
import { mountHood } from "./hood/hood.js";
import { createLoyalty } from "./loyalty.js";
import { createOrders } from "./orders.js";
import { asProblem as toProblem } from "./problem.js";
import { mountRules } from "./rules-view.js";
import { createSession } from "./session.js";
import { createState } from "./state.js";

const TITLES = {
  "open-loyalty": ["Ways to earn", "Collect points when you shop, visit or recommend us."],
  koomalooma: ["Points for your orders", "Each order earns koomalooma points once it is confirmed."],
};
/** A card that says "ends in 2 hours" has to move on while the page is open. */
const CLOCK_TICK_MS = 60_000;

const byId = (id) => document.getElementById(id);
const asProblem = (error) => toProblem(error, earnkit.isLoyaltyError);

const state = createState({
  programme: "open-loyalty",
  visitor: "arriving",
  online: navigator.onLine,
  list: { phase: "loading", earningRules: [], problem: null },
  status: null,
  statusProblem: null,
  signIn: { busy: false, problem: null },
  filter: "all",
  claims: new Map(),
  cart: new Map([
    ["mug-travel", 1],
    ["tea-green-organic", 2],
  ]),
  ordering: { busy: false },
  commitments: [],
});

/** One polite voice for the whole page; a repeated sentence is spoken again only if the text changes in between. */
function announce(sentence) {
  const region = byId("status");
  region.textContent = "";
  requestAnimationFrame(() => {
    region.textContent = sentence;
  });
}

async function start() {
  let hood = null;
  const attempts = createAttemptLog({ onChange: () => hood?.changed() });
  const onAttempt = attempts.fromPage;
  const embedded = new URLSearchParams(location.search).has("sandbox");
  const backend = await (embedded
    ? connectEmbedded(earnkit, { onAttempt })
    : connectHosted({ onAttempts: attempts.fromShop }));
  const clock = createClock();
  const { openLoyaltyServer } = backend;
  const session = createSession({ earnkit, openLoyaltyServer, callOptions: () => ({ onAttempt }), state });
  const loyalty = createLoyalty({ earnkit, backend, session, state, onAttempt, asProblem });
  const claims = createClaims({ state, loyalty, clock, announce });
  const orders = createOrders({ state, backend, session, announce, asProblem });

  function forget() {
    claims.forget();
    orders.forget();
  }

  /** Signs in; a failed try leaves the visitor who they were. */
  async function signIn(username, password) {
    state.set({ signIn: { busy: true, problem: null } });
    try {
      await session.signIn(username, password);
    } catch (error) {
      const problem = asProblem(error);
      const visitor = state.get().visitor === "arriving" ? "guest" : state.get().visitor;
      state.set({ visitor, signIn: { busy: false, problem } });
      announce("You are not signed in.");
      return;
    }
    state.set({ signIn: { busy: false, problem: null }, status: null });
    forget();
    announce("You are signed in.");
    await loyalty.refresh();
  }

  async function signOut() {
    session.signOut();
    forget();
    announce("You are browsing as a guest.");
    await loyalty.refresh();
  }

  async function arrive() {
    await signIn(CUSTOMER.username, CUSTOMER.password);
    if (state.get().visitor !== "customer") await loyalty.refresh();
  }

  const account = mountAccount({ root: byId("account"), state, onSignIn: signIn });
  const onSignIn = account.focus;
  mountHeader({
    root: byId("site-header"),
    state,
    onVisitor: (visitor) => (visitor === "guest" ? signOut() : signIn(CUSTOMER.username, CUSTOMER.password)),
  });
  mountRules({ root: byId("ways"), state, claims, loyalty, clock, onRetry: loyalty.refresh, onSignIn });
  mountCommitments({ root: byId("commitments"), state });
  mountCart({ root: byId("cart"), state, orders, announce, onSignIn });
  hood = mountHood({
    root: byId("hood"),
    sandbox: backend.sandbox,
    attempts: attempts.entries,
    loyalty,
    clock,
    onClockMoved: () => state.set({}),
    onReset: arrive,
  });
  setInterval(() => state.set({}), CLOCK_TICK_MS);
  addEventListener("online", () => loyalty.refresh());
  // Without the sandbox's clock the page's own is good enough.
  await backend.sandbox("clock").then(clock.follow, () => {});
  await arrive();
}

addEventListener("online", () => state.set({ online: true }));
addEventListener("offline", () => {
  state.set({ online: false });
  announce("You're offline.");
});
state.subscribe(({ online, programme }) => {
  byId("offline").hidden = online;
  const [title, sentence] = TITLES[programme];
  byId("page-title").textContent = title;
  byId("page-sentence").textContent = sentence;
});

try {
  await start();
} catch (error) {
  byId("no-start").hidden = false;
  for (const id of ["ways", "cart", "hood"]) byId(id).hidden = true;
  console.error(error);
}
