// The tables under the hood, hop by hop: what was called, what the gateway made of it, what arrived, what was booked.
import { el } from "../dom.js";
import { number, time } from "../format.js";

const ROWS = 60;

const cell = (text, attributes = {}) => el("td", attributes, text === undefined || text === null ? "–" : String(text));
const numeric = (value) => cell(typeof value === "number" ? number(value) : value, { class: "numeric" });

function fill(table, rows, emptyText) {
  const body = table.tBodies[0];
  const columns = table.tHead.rows[0].cells.length;
  const none = el("tr", {}, el("td", { colspan: columns, class: "none" }, emptyText));
  body.replaceChildren(...(rows.length > 0 ? rows.slice(0, ROWS) : [none]));
}

export function showAttempts(table, attempts) {
  const rows = attempts.map(({ at, from, operation, route, status, durationMs, next }) =>
    el(
      "tr",
      {},
      cell(time(at)),
      cell(from),
      cell(operation, { class: "code" }),
      cell(route, { class: "code" }),
      numeric(status && String(status)),
      numeric(Math.round(durationMs)),
      cell(next),
    ),
  );
  fill(table, rows, "Nothing was sent yet.");
}

export function showGateway(table, lines) {
  const rows = lines.map(({ at, route, status, outcome, ms, upstreamMs, key, replayed }) =>
    el(
      "tr",
      {},
      cell(time(at)),
      cell(route, { class: "code" }),
      numeric(String(status)),
      cell(replayed ? `${outcome}, as before` : outcome),
      numeric(Math.round(ms)),
      numeric(Math.round(upstreamMs)),
      cell(key, { class: "code" }),
    ),
  );
  fill(table, rows, "Nothing has passed yet.");
}

export function showRequests(table, requests) {
  const rows = [...requests]
    .reverse()
    .map(({ at, method, path, status, durationMs, fault }) =>
      el(
        "tr",
        {},
        cell(time(new Date(at))),
        cell(method, { class: "code" }),
        cell(path, { class: "code" }),
        numeric(status && String(status)),
        numeric(durationMs),
        cell(fault, { class: fault ? "code" : null }),
      ),
    );
  fill(table, rows, "Nothing has arrived yet.");
}

export function showLedger(table, entries) {
  const rows = [...entries]
    .reverse()
    .map((entry) =>
      el(
        "tr",
        {},
        numeric(String(entry.sequence)),
        cell(time(new Date(entry.at))),
        cell(entry.server),
        cell(entry.kind),
        cell(entry.eventName ?? entry.documentNumber ?? entry.transactionValue, { class: "code" }),
        numeric(entry.points),
        cell(entry.customerId ?? entry.userId, { class: "code" }),
      ),
    );
  fill(table, rows, "Nothing is booked yet.");
}
