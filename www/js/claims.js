// Claiming points by a custom event, and what follows when nobody knows whether it counted.
import { number, points } from "./format.js";
import { explainProblem } from "./problem.js";
import { limitOf } from "./rule-limit.js";

/** When the rules are read again after an unknown outcome: the server may still be at work at the first look. */
const SETTLE_AFTER_MS = [1_500, 2_000, 3_000];
/**
 * When a request has surely come to its end: proxies give up on a server after 60 seconds unless told otherwise, and
 * PHP on a script after 30. Before that, "not counted" may still become "counted".
 */
const SURELY_OVER_MS = 60_000;
/** Claims that are open: the button stays away until they are told. */
const OPEN_PHASES = ["uncounted", "unsettled"];

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** The server books the best rule of an event, so a use may show up at another rule of the same name. */
function ownUses(list, eventName) {
  const rules = (list.earningRules ?? []).filter((rule) => rule.eventName === eventName);
  if (rules.length === 0 || rules.some(({ usages }) => !usages)) return null;
  return rules.reduce((sum, { usages }) => sum + usages.length, 0);
}

export function createClaims({ state, loyalty, estimates, announce }) {
  let visit = 0;
  const looks = new Map();

  /** Claims of a visitor who has left are dropped when their answers arrive. */
  function reporter({ earningRuleId, eventName }) {
    const mine = visit;
    return (claim, spoken) => {
      if (mine !== visit) return;
      state.set({ claims: new Map(state.get().claims).set(earningRuleId, { eventName, ...claim }) });
      if (spoken) announce(spoken);
    };
  }

  async function claim(rule) {
    const { eventName } = rule;
    const others = [...state.get().claims.values()].filter((other) => other.eventName === eventName);
    if (others.some(({ busy, phase }) => busy || OPEN_PHASES.includes(phase))) return;
    const report = reporter(rule);
    const usesBefore = ownUses(state.get().list, eventName);
    const sentAt = Date.now();
    report({ phase: "claiming", busy: true });
    const { points: won, problem } = await loyalty.trigger(eventName);
    if (!problem) {
      report({ phase: "earned", points: won });
      const times = (await loyalty.refresh()) ? newUses(rule, usesBefore) : null;
      // A browser may send a POST again by itself when a connection drops, and then both count.
      if (times > 1) report({ phase: "counted", times }, timesText(times, rule));
      else report({ phase: "earned", points: won }, `${points(won)} earned${usesText(rule)}`);
    } else if (problem.outcome === "unknown") {
      await settle(rule, { usesBefore, sentAt, problem }, report, SETTLE_AFTER_MS);
    } else if (problem.outcome === "applied") {
      report({ phase: "counted", times: 1, problem }, "It counted, though the answer was cut off.");
      await loyalty.refresh();
    } else {
      report({ phase: "refused", problem }, explainProblem(problem));
      if (problem.code === "limit_exceeded" || problem.code === "event_unavailable") await loyalty.refresh();
    }
  }

  /** Nothing is sent again: the customer's own usages tell. `open` is what is known of the claim. */
  async function settle(rule, open, report, delaysMs) {
    const { usesBefore, sentAt, problem } = open;
    report({ phase: "unconfirmed", busy: true, problem }, "Not confirmed yet. We won't send it twice.");
    let times = null;
    let isOver = false;
    for (const delayMs of delaysMs) {
      await wait(delayMs);
      isOver = Date.now() - sentAt >= SURELY_OVER_MS;
      times = (await loyalty.refresh()) ? newUses(rule, usesBefore) : null;
      if (times > 0) {
        report({ phase: "counted", times, problem }, timesText(times, rule));
        return;
      }
    }
    if (times === null) {
      report({ phase: "unsettled", ...open }, "Still not confirmed.");
    } else if (isOver) {
      report({ phase: "not-counted", problem }, "Not counted after a minute. You can claim it again.");
    } else {
      report({ phase: "uncounted", ...open }, "Not counted so far.");
      looks.set(
        rule.earningRuleId,
        setTimeout(() => checkAgain(rule), sentAt + SURELY_OVER_MS - Date.now()),
      );
    }
  }

  async function checkAgain(rule) {
    clearTimeout(looks.get(rule.earningRuleId));
    const claim = state.get().claims.get(rule.earningRuleId);
    if (!OPEN_PHASES.includes(claim?.phase)) return;
    const { usesBefore, sentAt, problem } = claim;
    await settle(rule, { usesBefore, sentAt, problem }, reporter(rule), [0]);
  }

  /** How often the event has counted since; `null` where the customer's own uses are not known. */
  function newUses({ eventName }, usesBefore) {
    const uses = ownUses(state.get().list, eventName);
    return uses === null || usesBefore === null ? null : uses - usesBefore;
  }

  const timesText = (times, rule) => `It counted${times > 1 ? ` ${number(times)} times` : ""}${usesText(rule)}`;

  /** ", 1 of 2 used", as far as the newest list tells. */
  function usesText({ earningRuleId }) {
    const rule = state.get().list.earningRules.find((other) => other.earningRuleId === earningRuleId);
    const limit = rule && limitOf(rule, estimates.remaining(rule));
    return limit && limit.used !== null ? `, ${number(limit.used)} of ${number(limit.limit)} used` : "";
  }

  return {
    claim,
    checkAgain,
    /** For another visitor. */
    forget() {
      visit += 1;
      for (const look of looks.values()) clearTimeout(look);
      looks.clear();
      state.set({ claims: new Map() });
    },
  };
}
