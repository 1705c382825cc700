// The customer's balance and level, or the place to sign in.

import { createCounter } from "./count-up.js";
import { setAttribute, setText } from "./dom.js";
import { explainProblem } from "./explain.js";
import { number, plural, points } from "./format.js";
import { problemCode } from "./problem.js";

export function mountAccount({ root, state, onSignIn }) {
  const balance = root.querySelector("[data-balance]");
  const form = root.querySelector("form");
  const [username, password] = form.querySelectorAll("input");
  const submit = form.querySelector("button");
  const failure = form.querySelector("[data-failure]");
  const unread = root.querySelector("[data-unread]");
  const counter = createCounter(balance.querySelector("[data-points]"), number);

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (submit.getAttribute("aria-disabled") !== "true") onSignIn(username.value, password.value);
  });

  state.subscribe((current) => {
    const { visitor, status, statusProblem, signIn, programme } = current;
    const customer = visitor === "customer";
    const showBalance = customer && status !== null && programme === "open-loyalty";
    const hadFocus = form.contains(document.activeElement);
    balance.hidden = !showBalance;
    counter.set(showBalance ? status.points : null);
    if (showBalance) {
      setText(balance.querySelector("[data-unit]"), plural(status.points, "point", "points"));
      setText(balance.querySelector("[data-level]"), levelText(status));
    }
    unread.hidden = !(customer && statusProblem && programme === "open-loyalty");
    setText(unread.querySelector("[data-code]"), statusProblem ? problemCode(statusProblem) : "");
    form.hidden = customer || visitor === "arriving";
    setText(form.querySelector("[data-lead]"), leadText(visitor));
    setAttribute(submit, "aria-busy", signIn.busy);
    setAttribute(submit, "aria-disabled", signIn.busy || !current.online);
    failure.hidden = signIn.problem === null;
    if (signIn.problem) {
      setText(failure.querySelector("[data-sentence]"), signInSentence(signIn.problem));
      setText(failure.querySelector("[data-code]"), problemCode(signIn.problem));
    }
    if (hadFocus && form.hidden) document.getElementById("page-title").focus();
  });

  return { focus: () => username.focus() };
}

function levelText({ levelName, nextLevelName, pointsToNextLevel }) {
  const next = nextLevelName && pointsToNextLevel > 0 && `${points(pointsToNextLevel)} to ${nextLevelName}`;
  return [levelName, next].filter(Boolean).join(" · ");
}

function leadText(visitor) {
  if (visitor === "expired") return "Your session has ended. Sign in again to go on.";
  return "Sign in to collect points. The demo's customer is filled in.";
}

function signInSentence(problem) {
  if (problem.code === "unauthorized") return "This e-mail and password don't belong together.";
  return explainProblem(problem);
}
