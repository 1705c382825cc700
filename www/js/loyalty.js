// The calls of the page, and what their answers do to its state.

/** A visitor waits less patiently than the package's 15 seconds, and what is not known by then can be looked up. */
const AWARD_TIMEOUT_MS = 6_000;

export function createLoyalty({ earnkit, backend, session, state, onAttempt, asProblem }) {
  const openLoyalty = { ...backend.openLoyaltyServer, token: session.token };
  const isCustomer = () => state.get().visitor === "customer";
  let newestList = 0;

  function handle(error) {
    const problem = asProblem(error);
    if (problem.code === "unauthorized" && isCustomer()) session.expire();
    return problem;
  }

  /** Reads the rules. Returns whether it did; an older list stays on the page when it didn't. */
  async function loadRules() {
    newestList += 1;
    const ticket = newestList;
    const before = state.get().list;
    if (before.phase !== "ready") state.set({ list: { ...before, phase: "loading", problem: null } });
    try {
      const answer = isCustomer()
        ? await earnkit.listEarningRules(openLoyalty, { onAttempt })
        : await backend.guestRules();
      // A slow answer must not replace a newer one, nor show one visitor what belongs to another.
      if (ticket === newestList) state.set({ list: { phase: "ready", ...answer, problem: null } });
      return true;
    } catch (error) {
      const problem = handle(error);
      if (ticket !== newestList) return false;
      const phase = before.phase === "ready" ? "ready" : "failed";
      state.set({ list: { ...before, phase, problem } });
      return false;
    }
  }

  async function loadStatus() {
    if (!isCustomer()) return;
    try {
      const status = await earnkit.getCustomerStatus(openLoyalty, { onAttempt });
      if (isCustomer()) state.set({ status, statusProblem: null });
    } catch (error) {
      const problem = handle(error);
      state.set({ statusProblem: problem });
    }
  }

  return {
    loadRules,
    loadStatus,
    refresh: async () => (await Promise.all([loadRules(), loadStatus()]))[0],
    /** Gives `{ points }` or `{ problem }`: a visitor's claim always comes to something to show. */
    async trigger(eventName) {
      try {
        const { points } = await earnkit.triggerEvent(openLoyalty, eventName, {
          timeoutMs: AWARD_TIMEOUT_MS,
          onAttempt,
        });
        return { points };
      } catch (error) {
        return { problem: handle(error) };
      }
    },
  };
}
