// What a visitor is told when a call fails. The sentence helps; the code and the outcome are for whoever is asked.

/** Without a `Retry-After`, this is a guess that does no harm. */
const USUAL_WAIT_MS = 60_000;
const CODES =
  "limit_exceeded event_unavailable unauthorized forbidden rate_limited conflict network timeout server_error rejected load_failed";

/** One sentence for a `LoyaltyError`, or for its public fields. */
export function explainProblem({ code, retryAfterMs }, words) {
  const known = code === "in_progress" ? "conflict" : code;
  const wait = words.duration(retryAfterMs ?? USUAL_WAIT_MS);
  return words.text(CODES.split(" ").includes(known) ? known : "problem", { wait });
}

/** "limit_exceeded · not_applied", set in small beside the sentence. */
export const problemCode = ({ code, outcome }) => [code, outcome].filter(Boolean).join(" · ");
