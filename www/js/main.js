import * as earnkit from "../earnkit.js";
import { mountAccount } from "./account-view.js";
import { connectHosted } from "./backend-hosted.js";
import { mountCart } from "./cart-view.js";
import { FIRST_CART } from "./catalogue.js";
import { createClaims } from "./claims.js";
import { createClock } from "./clock.js";
import { mountCommitments } from "./commitments-view.js";
import { createEstimates } from "./estimates.js";
import { mountHeader } from "./header-view.js";
import { createAttemptLog } from "./hood/attempt-log.js";
import { mountHood } from "./hood/hood.js";
import { createLoyalty } from "./loyalty.js";
import { createOrders } from "./orders.js";
import { asProblem as toProblem } from "./problem.js";
import { mountRules } from "./rules-view.js";
import { createSession } from "./session.js";
import { createState } from "./state.js";
import { createVisits } from "./visits.js";

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
  list: { phase: "loading", earningRules: [], estimator: null, problem: null },
  status: null,
  statusProblem: null,
  signIn: { busy: false, problem: null },
  filter: "all",
  claims: new Map(),
  cart: new Map(FIRST_CART),
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

/** The code for the sandbox inside the page is loaded only where it is used. */
async function connect(attempts) {
  if (!new URLSearchParams(location.search).has("sandbox")) {
    return connectHosted({ onAttempts: attempts.fromShop });
  }
  const { connectEmbedded } = await import("./backend-embedded.js");
  return connectEmbedded(earnkit, { onAttempt: attempts.fromPage });
}

async function start() {
  let hood = null;
  const attempts = createAttemptLog({ onChange: () => hood?.changed() });
  const onAttempt = attempts.fromPage;
  const backend = await connect(attempts);
  const clock = createClock();
  const { openLoyaltyServer } = backend;
  const session = createSession({ earnkit, openLoyaltyServer, callOptions: { onAttempt }, state });
  const estimates = createEstimates({ earnkit, state, clock });
  const loyalty = createLoyalty({ earnkit, backend, session, state, estimates, onAttempt, asProblem });
  const claims = createClaims({ state, loyalty, estimates, announce });
  const orders = createOrders({ state, backend, session, loyalty, estimates, announce, asProblem });
  const visits = createVisits({ session, state, loyalty, claims, orders, asProblem, announce });

  const account = mountAccount({ root: byId("account"), state, onSignIn: visits.signIn });
  const onSignIn = account.focus;
  const onVisitor = (visitor) => (visitor === "guest" ? visits.signOut() : visits.signInAsCustomer());
  mountHeader({ root: byId("site-header"), state, onVisitor });
  mountRules({ root: byId("ways"), state, claims, estimates, clock, onRetry: visits.retry, onSignIn });
  mountCommitments({ root: byId("commitments"), state });
  mountCart({ root: byId("cart"), state, orders, estimates, announce, onSignIn });
  hood = mountHood({
    root: byId("hood"),
    sandbox: backend.sandbox,
    attempts: attempts.entries,
    loyalty,
    clock,
    onClockMoved: () => state.set({}),
    onReset: visits.arrive,
  });
  setInterval(() => state.set({}), CLOCK_TICK_MS);
  addEventListener("online", visits.retry);
  // Without the sandbox's clock the page's own is good enough.
  await backend.sandbox("clock").then(clock.follow, () => {});
  await visits.arrive();
}

addEventListener("online", () => state.set({ online: true }));
addEventListener("offline", () => {
  state.set({ online: false });
  announce("You're offline.");
});
state.subscribe(({ online, programme }) => {
  byId("offline").hidden = online;
  const [title, sentence] = TITLES[programme];
  document.title = `${title} · Kubek & Co`;
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
