// The calls of the page, and what their answers do to its state.

/** A visitor waits less patiently than the package's 15 seconds, and what is not known by then can be looked up. */
const AWARD_TIMEOUT_MS = 6_000;

export function createLoyalty({ earnkit, backend, session, state, estimates, onAttempt, asProblem }) {
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
      const estimator = await createEstimator(answer.earningRules);
      // A slow answer must not replace a newer one, nor show one visitor what belongs to another.
      if (ticket === newestList) replaceList({ phase: "ready", ...answer, estimator, problem: null });
      else estimator?.free();
      return true;
    } catch (error) {
      const problem = handle(error);
      if (ticket !== newestList) return false;
      const phase = before.phase === "ready" ? "ready" : "failed";
      state.set({ list: { ...before, phase, problem } });
      return false;
    }
  }

  function replaceList(list) {
    const { estimator } = state.get().list;
    state.set({ list });
    estimator?.free();
  }

  /** By the newest status: which rules apply depends on the customer's level. */
  async function createEstimator(earningRules) {
    for (;;) {
      const { status } = state.get();
      const estimator = await estimates.create(earningRules, status);
      if (status?.levelName === state.get().status?.levelName) return estimator;
      estimator?.free();
    }
  }

  async function renewEstimator() {
    const { list } = state.get();
    if (list.phase !== "ready") return;
    const estimator = await createEstimator(list.earningRules);
    if (list === state.get().list) replaceList({ ...list, estimator });
    else estimator?.free();
  }

  async function loadStatus() {
    if (!isCustomer()) return;
    try {
      const status = await earnkit.getCustomerStatus(openLoyalty, { onAttempt });
      if (!isCustomer()) return;
      const levelBefore = state.get().status?.levelName;
      state.set({ status, statusProblem: null });
      if (status.levelName !== levelBefore) await renewEstimator();
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
