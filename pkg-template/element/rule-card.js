// One rule as a card. The element lives as long as the rule is listed and is changed in place, so that the focus
// stays where the visitor left it.
import { el, setAttribute, setHidden, setText } from "./dom.js";
import { explainProblem, problemCode } from "./problem.js";
import { audienceText, isForOthers, windowOf, windowText } from "./rule-audience.js";
import { leftText, limitOf, limitText, opensAgainText } from "./rule-limit.js";
import { explain, headline, titleOf } from "./rule-text.js";

const GLOW_MS = 600;

export function createRuleCard({ onClaim, onCheckAgain }) {
  let shown = null;
  const act = { claim: onClaim, check: onCheckAgain };

  const figure = el("p", { part: "figure" });
  const time = el("time", { part: "window" });
  const title = el("p", { part: "title", role: "heading", dir: "auto" });
  const text = el("p", { part: "text", dir: "auto" });
  const audience = el("p", { part: "audience", dir: "auto" });
  const bar = el("progress", { part: "bar", "aria-hidden": "true" });
  const used = el("span");
  const left = el("span");
  const limit = el("div", { part: "limit" }, bar, el("p", { part: "uses" }, used, " ", left));
  const noticeText = el("span");
  const noticeCode = el("code", { part: "code" });
  const notice = el("p", { part: "notice", tabindex: "-1" }, noticeText, " ", noticeCode);
  const closed = el("p", { part: "closed", tabindex: "-1" });
  const button = el("button", { part: "button", type: "button" });
  const foot = el("div", { part: "foot" }, limit, notice, closed, button);
  const head = el("div", { part: "head" }, figure, time);
  const element = el("li", { part: "card" }, head, title, text, audience, foot);

  button.addEventListener("click", () => {
    if (button.getAttribute("aria-disabled") !== "true") act[button.dataset.act](shown.rule);
  });

  function showNotice({ claim, words }) {
    const { tone = "", sentence = "" } = noticeFor(claim, words);
    setHidden(notice, sentence === "");
    notice.dataset.tone = tone;
    setText(noticeText, sentence);
    setText(noticeCode, isOpenProblem(claim) ? problemCode(claim.problem) : "");
  }

  function showAction(view, limits, open) {
    const { rule, visitor, claim, online, winner, words } = view;
    const isMine = rule.type === "custom_event" && open && view.levelKnown;
    const outbid = isMine && winner !== rule;
    const spent = isMine && !outbid && limits?.left === 0 && visitor === "customer";
    const action = claim?.busy ? "claim" : nextAction(view, isMine && !outbid && !spent);
    const hadFocus = element.getRootNode().activeElement === button;
    let closedText = "";
    if (!claim?.busy && visitor === "customer") {
      if (outbid) closedText = words.text("outbid", { name: words.inside(winner.name) });
      else if (spent) closedText = opensAgainText(limits, words);
    }
    setText(closed, closedText);
    // Room for the button that comes with the customer's level.
    setAttribute(foot, "data-wait", rule.type === "custom_event" && view.action && !view.levelKnown && "");
    setHidden(button, action === null);
    if (action !== null) {
      button.dataset.act = action;
      const label = actionLabel(action, view);
      if (button.textContent !== label) button.textContent = label;
      setAttribute(button, "aria-label", `${label}: ${titleOf(rule, words)}`);
      setAttribute(button, "aria-busy", Boolean(claim?.busy) && "true");
      setAttribute(button, "aria-disabled", (Boolean(claim?.busy) || !online) && "true");
    } else if (hadFocus) {
      // A hidden button drops the focus to the top of the page; what took its place keeps it.
      (closed.hidden ? notice : closed).focus();
    }
  }

  return {
    element,
    update(view) {
      const glow = view.claim?.phase === "earned" && shown?.claim?.phase !== "earned";
      shown = view;
      const { rule, currency, nowMs, words } = view;
      const opening = windowOf(rule, nowMs);
      setText(figure, headline(rule, currency, words));
      setText(time, windowText(opening, nowMs, words));
      if (opening.edge) time.dateTime = opening.at;
      setText(title, titleOf(rule, words));
      setAttribute(title, "aria-level", view.headingLevel);
      setText(text, explain(rule, currency, words));
      setText(audience, audienceText(rule, view.allLevels, words));
      const open = opening.open && !isForOthers(rule, view.levelName);
      const limits = limitOf(rule, open ? view.remaining : null);
      setHidden(limit, !limits);
      if (limits) {
        setHidden(bar, limits.used === null);
        bar.max = limits.limit;
        bar.value = limits.used ?? 0;
        setText(used, limitText(limits, words));
        setText(left, leftText(limits, words));
      }
      showNotice(view);
      showAction(view, limits, open);
      if (glow) {
        element.classList.add("glow");
        setTimeout(() => element.classList.remove("glow"), GLOW_MS);
      }
    },
  };
}

function nextAction({ visitor, claim, action }, mayNow) {
  if (visitor !== "customer") return null;
  if (claim?.phase === "unsettled" || claim?.phase === "uncounted") return "check";
  return mayNow && action ? "claim" : null;
}

function actionLabel(action, { claim, rule, words }) {
  if (action === "check") return words.text("check");
  if (claim?.phase === "unconfirmed") return words.text("checking");
  return claim?.busy ? words.text("claiming") : words.text("claim", { points: words.points(rule.pointsAmount) });
}

/** An unknown outcome is no longer one when the customer's own usages have told. */
const isOpenProblem = (claim) => claim?.problem && !(claim.problem.outcome === "unknown" && claim.phase === "counted");

const TONES = { earned: "good", refused: "danger", undone: "danger" };

function noticeFor(claim, words) {
  const { text } = words;
  const phase = claim?.phase;
  if (!phase || phase === "claiming") return {};
  const tone = TONES[phase] ?? "warn";
  if (phase === "earned") return { tone, sentence: text(phase, { points: words.points(claim.points) }) };
  if (phase === "refused") return { tone, sentence: explainProblem(claim.problem, words) };
  if (phase !== "counted") return { tone, sentence: text(phase) };
  if (claim.times > 1) return { tone, sentence: text("countedTimes", { number: words.number(claim.times) }) };
  return { tone: "good", sentence: text(phase) };
}
