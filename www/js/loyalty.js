// What the page knows of rules, points and the customer: the elements read it, and tell by their events.
import { ACTIONS } from "./actions.js";
import { productName } from "./catalogue.js";
import { TIME_ZONE } from "./demo-accounts.js";

/** A visitor waits less patiently than the package's 30 seconds, and what is not known by then can be looked up. */
const PATIENCE_MS = 6_000;

export function createLoyalty({ earnkit, elements, backend, session, state, clock, onAttempt, asProblem }) {
  const callOptions = { totalTimeoutMs: PATIENCE_MS, onAttempt };
  const target = backend.loyalty;
  const isCustomer = () => state.get().visitor === "customer";
  const [rules] = elements;
  let visit = 0;
  rules.actions = ACTIONS;
  for (const element of elements) {
    Object.assign(element, { productName, callOptions, timeZone: TIME_ZONE, now: clock.now });
  }

  rules.addEventListener("earnkit-rules", ({ detail: { earningRules, currency, status } }) => {
    state.set({ list: { earningRules, currency } });
    if (isCustomer() && status) state.set({ status, statusProblem: null });
  });
  rules.addEventListener("earnkit-error", ({ detail: { error } }) => {
    if (error.code === "unauthorized" && isCustomer()) session.expire();
    else if (error.operation === "getCustomerStatus") state.set({ statusProblem: error });
  });

  /** What a guest may see is read by the shop, with an account of its own. */
  async function guestRules() {
    try {
      return await backend.guestRules();
    } catch (error) {
      return { problem: asProblem(error) };
    }
  }

  return {
    /** For another visitor: nothing that was read or claimed before is theirs. */
    async enter() {
      visit += 1;
      const mine = visit;
      const given = isCustomer() ? null : await guestRules();
      if (mine !== visit) return;
      state.set({ listProblem: given?.problem ?? null });
      const loyalty = given ? undefined : { ...target };
      const listed = given?.problem ? undefined : given;
      for (const element of elements) Object.assign(element, { loyalty, rules: listed });
    },
    refresh: () => rules.refresh(),
    clockMoved() {
      for (const element of elements) element.now = clock.now;
    },
    /** Gives `{ points }` or `{ problem }`, for an event that no rule need know. */
    async trigger(eventName) {
      try {
        const { points } = await earnkit.triggerEvent(target, eventName, callOptions);
        return { points };
      } catch (error) {
        const problem = asProblem(error);
        if (problem.code === "unauthorized" && isCustomer()) session.expire();
        return { problem };
      }
    },
  };
}
