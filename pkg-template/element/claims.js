// Claiming points by a custom event, and what follows when nobody knows whether it counted.
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
/** Refusals that a gateway keeps under a key. Any other says nothing about the requests before it. */
const LAST_WORDS = ["limit_exceeded", "event_unavailable"];

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** By customer, for as long as the page lives: a token is renewed, and an element may leave the page and come back. */
const remembered = { texts: new Map(), objects: new WeakMap() };

/** The claims of a customer, who is told by a text or an object. */
export function claimsOf(customer) {
  const known = typeof customer === "object" ? remembered.objects : remembered.texts;
  if (!known.has(customer)) known.set(customer, createClaims());
  return known.get(customer);
}

/** The server books the best rule of an event, so a use may show up at another rule of the same name. */
function ownUses({ answer }, eventName) {
  const rules = (answer?.earningRules ?? []).filter((rule) => rule.eventName === eventName);
  if (rules.length === 0 || rules.some(({ usages }) => !usages)) return null;
  return rules.reduce((sum, { usages }) => sum + usages.length, 0);
}

/**
 * The claims of one customer, for whom one source after the other may read. `voice` is the element that was pressed:
 * `announce(sentence)`, `words()`, `won(rule, points)` and `failed(rule, error)`.
 */
export function createClaims() {
  let claims = new Map();
  /** The sources that show the claims. */
  const sources = new Set();
  /** The newest of them, which makes the calls. */
  let source;

  const reporter = (rule, voice) => (claim, spoken) => {
    claims = new Map(claims).set(rule.earningRuleId, { eventName: rule.eventName, ...claim });
    for (const each of sources) each.show(claims);
    if (spoken) voice.announce(spoken);
  };

  const isOpen = (eventName) =>
    [...claims.values()].some(
      (claim) => claim.eventName === eventName && (claim.busy || OPEN_PHASES.includes(claim.phase)),
    );

  /** Reads the customer's uses; gives whether it could, and whether they are still this customer's. */
  const read = async () => (await source.refresh()) && source.claims === self;

  /** `prepare()` does what the store wants done before; it gives `false` where there is nothing to award. */
  async function claim(rule, voice, prepare) {
    if (isOpen(rule.eventName)) return;
    const report = reporter(rule, voice);
    report({ phase: "claiming", busy: true });
    let prepared = false;
    try {
      prepared = await prepare();
    } catch (error) {
      // The store's own error is the store's to see.
      reportError(error);
      return report({ phase: "undone" }, voice.words().text("undone"));
    }
    if (prepared === false) return report({});
    // The list may be old by now, and what was used elsewhere since must not be taken for this claim.
    await source.glance();
    const open = { usesBefore: ownUses(source.state(), rule.eventName), sentAt: Date.now() };
    await conclude(rule, voice, open, await source.trigger(rule.eventName));
  }

  async function conclude(rule, voice, open, { points, problem }) {
    const report = reporter(rule, voice);
    if (!problem) {
      report({ phase: "earned", points });
      voice.won(rule, points);
      const times = (await read()) ? newUses(rule, open.usesBefore) : null;
      // A browser may send a POST again by itself when a connection drops, and then both count.
      if (times > 1) report({ phase: "counted", times }, countedText(times, rule, voice));
      else voice.announce(spoken(voice.words().text("earned", { points: voice.words().points(points) }), rule, voice));
      return;
    }
    voice.failed(rule, problem);
    if (problem.outcome === "unknown") return settle(rule, voice, { ...open, problem }, SETTLE_AFTER_MS);
    if (problem.outcome === "applied") {
      report({ phase: "counted", times: 1, problem }, voice.words().text("counted"));
      voice.won(rule, null);
      await read();
      return;
    }
    report({ phase: "refused", problem }, explainProblem(problem, voice.words()));
    if (problem.code === "limit_exceeded" || problem.code === "event_unavailable") await read();
  }

  /** Nothing is sent again: the customer's own usages tell. `open` is what is known of the claim. */
  async function settle(rule, voice, open, delaysMs) {
    const { usesBefore, sentAt, problem } = open;
    const report = reporter(rule, voice);
    const say = (key) => voice.words().text(key);
    report({ phase: "unconfirmed", busy: true, problem }, say("unconfirmed"));
    let times = null;
    let isOver = false;
    for (const delayMs of delaysMs) {
      await wait(delayMs);
      isOver = Date.now() - sentAt >= SURELY_OVER_MS;
      times = (await read()) ? newUses(rule, usesBefore) : null;
      if (times > 0) {
        report({ phase: "counted", times, problem }, countedText(times, rule, voice));
        return voice.won(rule, null);
      }
    }
    if (times === null) report({ phase: "unsettled", ...open }, say("unsettled"));
    else if (isOver) report({ phase: "notCounted", problem }, say("notCounted"));
    else {
      report({ phase: "uncounted", ...open }, say("uncounted"));
      const look = () => sources.size > 0 && checkAgain(rule, voice, false);
      setTimeout(look, sentAt + SURELY_OVER_MS - Date.now());
    }
  }

  /** Only a press may send again: by itself, that could be for whoever has signed in since. */
  async function checkAgain(rule, voice, isPressed = true) {
    const claim = claims.get(rule.earningRuleId);
    if (!OPEN_PHASES.includes(claim?.phase)) return;
    const { usesBefore, sentAt, problem } = claim;
    const open = { usesBefore, sentAt, problem };
    if (!isPressed || !source.canRepeat || !problem.idempotencyKey) return settle(rule, voice, open, [0]);
    // The gateway gives the first one's answer to the same key, or books what never arrived.
    reporter(rule, voice)({ phase: "unconfirmed", busy: true, problem });
    const answer = await source.trigger(rule.eventName, problem.idempotencyKey);
    const { outcome, code } = answer.problem ?? {};
    if (outcome === "unknown") return settle(rule, voice, open, [0]);
    if (outcome === "not_applied" && !LAST_WORDS.includes(code))
      return reporter(rule, voice)({ phase: "uncounted", ...open }, explainProblem(answer.problem, voice.words()));
    return conclude(rule, voice, open, answer);
  }

  /** How often the event has counted since; `null` where the customer's own uses are not known. */
  function newUses({ eventName }, usesBefore) {
    const uses = ownUses(source.state(), eventName);
    return uses === null || usesBefore === null ? null : uses - usesBefore;
  }

  function countedText(times, rule, voice) {
    const { text, number } = voice.words();
    return spoken(times > 1 ? text("countedTimes", { number: number(times) }) : text("counted"), rule, voice);
  }

  /** "100 points earned, 1 of 2 used", as far as the newest list tells. */
  function spoken(sentence, { earningRuleId }, voice) {
    const { text, number } = voice.words();
    const rule = source.state().answer?.earningRules.find((other) => other.earningRuleId === earningRuleId);
    const limit = rule && limitOf(rule, source.remaining(rule));
    if (limit?.used == null) return sentence;
    return `${sentence.replace(/\.$/, "")}, ${text("usedNow", { used: number(limit.used), limit: number(limit.limit) })}`;
  }

  const self = {
    claim,
    checkAgain,
    join(other) {
      sources.add(other);
      source = other;
      other.show(claims);
    },
    leave(other) {
      sources.delete(other);
      if (source === other) source = [...sources].at(-1) ?? other;
    },
  };
  return self;
}
