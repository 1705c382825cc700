// One rule as a card. The element lives as long as the rule is listed and is changed in place, so that the focus
// stays where the visitor left it.
import { el, setAttribute, setText } from "./dom.js";
import { number, points } from "./format.js";
import { explainProblem, problemCode } from "./problem.js";
import { audienceText, isForOthers, windowOf } from "./rule-audience.js";
import { leftText, limitOf, limitText, opensAgainText } from "./rule-limit.js";
import { explain, groupOf, headline } from "./rule-text.js";

const GLOW_MS = 600;

export function createRuleCard({ onClaim, onCheckAgain, onSignIn }) {
  let shown = null;
  const act = { claim: onClaim, check: onCheckAgain, "sign-in": onSignIn };

  const figure = el("p", { class: "card-figure" });
  const openingTime = el("time", { class: "card-window" });
  const title = el("h2", { class: "card-title", dir: "auto" });
  const text = el("p", { class: "card-text", dir: "auto" });
  const audience = el("p", { class: "card-audience", dir: "auto" });
  const bar = el("progress", { class: "limit-bar", "aria-hidden": "true" });
  const uses = el("span", { class: "card-used" });
  const left = el("span", { class: "card-left" });
  const limit = el("div", { class: "card-limit" }, bar, el("p", { class: "card-uses" }, uses, " ", left));
  const noticeText = el("span", { class: "notice-text" });
  const noticeCode = el("code", { class: "notice-code" });
  const notice = el("p", { class: "card-notice", tabindex: "-1" }, noticeText, " ", noticeCode);
  const button = el("button", { type: "button", class: "button card-button" });
  const closed = el("p", { class: "card-closed", tabindex: "-1" });
  const element = el(
    "li",
    { class: "card" },
    el("div", { class: "card-head" }, figure, openingTime),
    title,
    text,
    audience,
    el("div", { class: "card-foot" }, limit, notice, closed, button),
  );

  button.addEventListener("click", () => {
    if (button.getAttribute("aria-disabled") !== "true") act[button.dataset.act](shown.rule);
  });

  return {
    element,
    update(view) {
      const glow = view.claim?.phase === "earned" && shown?.claim?.phase !== "earned";
      shown = view;
      const { rule, currency, nowMs } = view;
      const opening = windowOf(rule, nowMs);
      setText(figure, headline(rule, currency));
      setText(openingTime, opening.text);
      openingTime.dateTime = opening.date;
      setText(title, rule.name || groupOf(rule).label);
      setText(text, explain(rule, currency));
      setText(audience, audienceText(rule, view.allLevels));
      const open = opening.open && !isForOthers(rule, view.levelName);
      const used = limitOf(rule, open ? view.remaining : null);
      limit.hidden = !used;
      bar.hidden = used?.used === null;
      bar.max = used?.limit ?? 1;
      bar.value = used?.used ?? 0;
      setText(uses, used ? limitText(used) : "");
      setText(left, used ? leftText(used) : "");
      showNotice(view.claim);
      showAction(view, used, open);
      if (glow) {
        element.classList.add("card-glow");
        setTimeout(() => element.classList.remove("card-glow"), GLOW_MS);
      }
    },
  };

  function showNotice(claim) {
    const { tone = "", sentence = "" } = noticeFor(claim);
    notice.hidden = sentence === "";
    notice.dataset.tone = tone;
    setText(noticeText, sentence);
    setText(noticeCode, isOpenProblem(claim) ? problemCode(claim.problem) : "");
  }

  function showAction(view, used, open) {
    const { rule, visitor, claim, online } = view;
    const isMine = rule.type === "custom_event" && open && view.levelKnown;
    const outbid = isMine && view.winner !== rule;
    const mayEver = isMine && !outbid;
    const spent = used?.left === 0 && mayEver && visitor === "customer";
    const action = claim?.busy ? "claim" : nextAction(view, mayEver && !spent);
    const hadFocus = document.activeElement === button;
    setText(closed, closedText());
    button.hidden = action === null;
    if (action !== null) {
      button.dataset.act = action;
      const label = actionLabel(action, claim, rule);
      button.textContent = label;
      button.setAttribute("aria-label", `${label}: ${rule.name || groupOf(rule).label}`);
      setAttribute(button, "aria-busy", Boolean(claim?.busy));
      setAttribute(button, "aria-disabled", Boolean(claim?.busy) || !online);
    }
    if (action === null && hadFocus) {
      // A hidden button drops the focus to the top of the page; what took its place keeps it.
      (closed.hidden ? notice : closed).focus();
    }

    function closedText() {
      if (claim?.busy || visitor !== "customer") return "";
      if (outbid) return `“${view.winner.name}” counts instead.`;
      return spent ? opensAgainText(used) : "";
    }
  }
}

function nextAction({ visitor, claim }, mayNow) {
  if (claim?.phase === "refused" && claim.problem.code === "unauthorized" && visitor === "expired") return "sign-in";
  if (visitor !== "customer") return null;
  if (claim?.phase === "unsettled" || claim?.phase === "uncounted") return "check";
  return mayNow ? "claim" : null;
}

function actionLabel(action, claim, rule) {
  if (action === "sign-in") return "Sign in again";
  if (action === "check") return "Check again";
  if (claim?.phase === "unconfirmed") return "Checking…";
  return claim?.busy ? "Claiming…" : `Claim ${points(rule.pointsAmount)}`;
}

/** An unknown outcome is no longer one when the customer's own usages have told. */
const isOpenProblem = (claim) => claim?.problem && !(claim.problem.outcome === "unknown" && claim.phase === "counted");

function noticeFor(claim) {
  switch (claim?.phase) {
    case "earned":
      return { tone: "good", sentence: `${points(claim.points)} earned.` };
    case "counted":
      if (claim.times > 1) return { tone: "warn", sentence: `It counted ${number(claim.times)} times.` };
      return { tone: "good", sentence: "It counted." };
    case "unconfirmed":
      return { tone: "warn", sentence: "Not confirmed yet. We won't send it twice. Looking at your own uses…" };
    case "unsettled":
      return { tone: "warn", sentence: "Still not confirmed, and not sent again." };
    case "uncounted":
      return {
        tone: "warn",
        sentence: "Not counted so far. It may still arrive, so we look once more before you can claim it again.",
      };
    case "not-counted":
      return {
        tone: "warn",
        sentence:
          "Not counted after a minute, so it was most likely lost. You can claim it again; " +
          "if the first one arrives after all, both count.",
      };
    case "refused":
      return { tone: "danger", sentence: explainProblem(claim.problem) };
    default:
      return {};
  }
}
