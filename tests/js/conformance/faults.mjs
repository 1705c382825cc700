// What goes wrong while one award is made, and what a caller must be told. `count` is how many requests meet it.

/** As long as it takes. */
const ALWAYS = 99;
/** Long enough for a request to arrive and for an answer to begin. */
const SHORT_MS = 1_500;
/** The documented status of each call. */
const DOCUMENTED = "documented";

const known = (code, outcome, bookings, status) => ({ code, outcome, bookings, status });
const unknown = (code, bookings, status) => known(code, "unknown", bookings, status);

const dropped = ["fresh", "warm"].flatMap((connection) => [
  {
    name: `closed before applying, ${connection} connection`,
    fault: { fault: "drop_before", count: 1 },
    connection,
    expect: unknown("network", 0),
  },
  {
    name: `applied, then closed, ${connection} connection`,
    fault: { fault: "apply_then_drop", count: 1 },
    connection,
    expect: unknown("network", 1),
  },
]);

const status = (code, outcome, status, more) => ({
  name: `${status}${more?.retryAfter ? " with Retry-After" : ""}${more?.applied ? ", applied" : ""}`,
  fault: { fault: "status", status, count: ALWAYS, ...more },
  expect: known(code, outcome, more?.applied ? 1 : 0, status),
});

const redirect = (redirectStatus) => ({
  name: `${redirectStatus} to another origin`,
  fault: { fault: "redirect", redirectStatus, count: ALWAYS },
  expect: unknown("redirected", 0, redirectStatus),
});

export const FAULTS = [
  { name: "none", expect: known("success", "success", 1) },
  ...dropped,
  {
    name: "applied, then closed, connection of the preflight request",
    fault: { fault: "apply_then_drop", count: 1 },
    connection: "preflight",
    pagesOnly: true,
    expect: unknown("network", 1),
  },
  {
    name: "applied, headers stall",
    fault: { fault: "stall_headers", count: ALWAYS },
    timeoutMs: SHORT_MS,
    expect: unknown("timeout", 1),
  },
  {
    name: "applied, body stalls",
    fault: { fault: "stall_body", count: ALWAYS },
    timeoutMs: SHORT_MS,
    expect: known("timeout", "applied", 1, DOCUMENTED),
  },
  {
    name: "200 with HTML",
    fault: { fault: "html", count: ALWAYS },
    expect: unknown("invalid_response", 0, 200),
  },
  {
    name: "applied, JSON cut short",
    fault: { fault: "truncate", count: ALWAYS },
    expect: known("network", "applied", 1, DOCUMENTED),
  },
  status("server_error", "unknown", 500, { applied: true }),
  status("server_error", "unknown", 503, { applied: true }),
  status("server_error", "unknown", 503, { applied: true, retryAfter: 1 }),
  status("rate_limited", "not_applied", 429),
  status("timeout", "unknown", 408, { applied: true }),
  status("conflict", "unknown", 409, { applied: true }),
  {
    ...status("rejected", "unknown", 400, { applied: true, body: "" }),
    name: "400 with an empty body, applied",
    // Open Loyalty 3.2.0 answers any exception so.
    only: ["triggerEvent"],
  },
  {
    ...status("rejected", "not_applied", 400, { body: "" }),
    name: "400 with an empty body",
    // koomalooma documents it as a refusal.
    only: ["createUser", "assignPoints"],
  },
  {
    name: "401 once",
    fault: { fault: "status", status: 401, count: 1 },
    // koomalooma's key is fixed: there is nothing to ask for again.
    expect: known("unauthorized", "not_applied", 0, 401),
    refreshed: known("success", "success", 1),
  },
  { ...status("unauthorized", "not_applied", 401), name: "401 always" },
  redirect(302),
  redirect(307),
  redirect(308),
  { name: "aborted before the call", abort: "before", expect: known("aborted", "not_applied", 0) },
  {
    name: "applied, aborted while waiting",
    abort: "during",
    fault: { fault: "stall_headers", count: ALWAYS },
    expect: unknown("aborted", 1),
  },
  {
    name: "applied, aborted in the answer",
    abort: "after",
    fault: { fault: "stall_body", count: ALWAYS },
    expect: known("aborted", "applied", 1, DOCUMENTED),
  },
];
