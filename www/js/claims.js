// Claiming points by a custom event, and what follows when nobody knows whether it counted.
import { number, points } from "./format.js";
import { explainProblem } from "./problem.js";
import { limitOf } from "./rule-limit.js";

/** When the rules are read again after an unknown outcome: the server may still be at work at the first look. */
const SETTLE_AFTER_MS = [1_500, 2_000, 3_000];

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** The server books the best rule of an event, so a use may show up at another rule of the same name. */
function ownUses(list, eventName) {
  const rules = (list.earningRules ?? []).filter((rule) => rule.eventName === eventName);
  if (rules.length === 0 || rules.some(({ usages }) => !usages)) return null;
  return rules.reduce((sum, { usages }) => sum + usages.length, 0);
}

export function createClaims({ state, loyalty, clock, announce }) {
  let visit = 0;

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
    if ([...state.get().claims.values()].some((other) => other.eventName === eventName && other.busy)) return;
    const report = reporter(rule);
    const usesBefore = ownUses(state.get().list, eventName);
    report({ phase: "claiming", busy: true });
    const { points: won, problem } = await loyalty.trigger(eventName);
    if (!problem) {
      report({ phase: "earned", points: won });
      const times = (await loyalty.refresh()) ? newUses(rule, usesBefore) : null;
      // A browser may send a POST again by itself when a connection drops, and then both count.
      if (times > 1) report({ phase: "counted", times }, timesText(times, rule));
      else report({ phase: "earned", points: won }, `${points(won)} earned${usesText(rule)}`);
    } else if (problem.outcome === "unknown") {
      await settle(rule, usesBefore, problem, report);
    } else if (problem.outcome === "applied") {
      report({ phase: "counted", times: 1, problem }, "It counted, though the answer was cut off.");
      await loyalty.refresh();
    } else {
      report({ phase: "refused", problem }, explainProblem(problem));
      if (problem.code === "limit_exceeded" || problem.code === "event_unavailable") await loyalty.refresh();
    }
  }

  /** Nothing is sent again: the customer's own usages tell. */
  async function settle(rule, usesBefore, problem, report) {
    report({ phase: "unconfirmed", busy: true, problem }, "Not confirmed yet. We won't send it twice.");
    let known = false;
    for (const delayMs of SETTLE_AFTER_MS) {
      await wait(delayMs);
      known = await loyalty.refresh();
      if (!known) continue;
      const times = newUses(rule, usesBefore);
      known = times !== null;
      if (!known) break;
      if (times > 0) {
        report({ phase: "counted", times, problem }, timesText(times, rule));
        return;
      }
    }
    if (known) report({ phase: "not-counted", problem }, "It did not count.");
    else report({ phase: "unsettled", usesBefore, problem }, "Still not confirmed.");
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
    const limit = rule && limitOf(rule, clock.now());
    return limit && limit.used !== null ? `, ${number(limit.used)} of ${number(limit.limit)} used` : "";
  }

  return {
    claim,
    async checkAgain(rule) {
      const { usesBefore, problem } = state.get().claims.get(rule.earningRuleId);
      await settle(rule, usesBefore, problem, reporter(rule));
    },
    /** For another visitor. */
    forget() {
      visit += 1;
      state.set({ claims: new Map() });
    },
  };
}
