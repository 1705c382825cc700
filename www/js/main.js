import * as earnkit from "../earnkit.js";
import { mountAccount } from "./account-view.js";
import { connectHosted } from "./backend-hosted.js";
import { mountCart } from "./cart-view.js";
import { FIRST_CART } from "./catalogue.js";
import { createClock } from "./clock.js";
import { mountCommitments } from "./commitments-view.js";
import { setText } from "./dom.js";
import { explainProblem } from "./explain.js";
import { mountHeader } from "./header-view.js";
import { createAttemptLog } from "./hood/attempt-log.js";
import { mountHood } from "./hood/hood.js";
import { createLoyalty } from "./loyalty.js";
import { createOrders } from "./orders.js";
import { problemCode, asProblem as toProblem } from "./problem.js";
import { createSession } from "./session.js";
import { createState } from "./state.js";
import { createVisits } from "./visits.js";

const TITLES = {
  "open-loyalty": ["Ways to earn", "Collect points when you shop, visit or recommend us."],
  koomalooma: ["Points for your orders", "Each order earns koomalooma points once it is confirmed."],
};

const byId = (id) => document.getElementById(id);
const asProblem = (error) => toProblem(error, earnkit.isLoyaltyError);

const state = createState({
  programme: "open-loyalty",
  visitor: "arriving",
  online: navigator.onLine,
  /** The rules and their currency, once they are read. */
  list: null,
  /** Why a guest's rules could not be read; a customer's are the elements' to tell of. */
  listProblem: null,
  status: null,
  statusProblem: null,
  signIn: { busy: false, problem: null },
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
    return connectHosted(earnkit, { onAttempt: attempts.fromPage, onAttempts: attempts.fromShop });
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
  const session = createSession({ backend, state });
  const estimate = document.querySelector("earnkit-estimate");
  const elements = [document.querySelector("earnkit-rules"), estimate];
  const loyalty = createLoyalty({ earnkit, elements, backend, session, state, clock, onAttempt, asProblem });
  const estimateOf = () => estimate.estimate && { points: estimate.estimate.points, approximate: estimate.approximate };
  const orders = createOrders({ state, backend, session, loyalty, estimateOf, announce, asProblem });
  const visits = createVisits({ session, state, loyalty, orders, asProblem, announce });

  const account = mountAccount({ root: byId("account"), state, onSignIn: visits.signIn });
  const onSignIn = account.focus;
  const onVisitor = (visitor) => (visitor === "guest" ? visits.signOut() : visits.signInAsCustomer());
  mountHeader({ root: byId("site-header"), state, onVisitor });
  byId("unlisted").querySelector("button").addEventListener("click", visits.retry);
  mountCommitments({ root: byId("commitments"), state });
  mountCart({ root: byId("cart"), state, orders, announce, onSignIn });
  hood = mountHood({
    root: byId("hood"),
    sandbox: backend.sandbox,
    gatewayLog: backend.gatewayLog,
    attempts: attempts.entries,
    loyalty,
    clock,
    onClockMoved: loyalty.clockMoved,
    onReset: visits.arrive,
  });
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
state.subscribe(({ online, programme, listProblem }) => {
  const unlisted = byId("unlisted");
  unlisted.hidden = listProblem === null;
  if (listProblem) {
    setText(unlisted.querySelector("[data-sentence]"), explainProblem(listProblem));
    setText(unlisted.querySelector("[data-code]"), problemCode(listProblem));
  }
  byId("offline").hidden = online;
  byId("ways").hidden = programme !== "open-loyalty";
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
