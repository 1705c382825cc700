// What was measured, as tables that say the same on every machine.
import { OPERATIONS } from "./measure.mjs";

const cellText = (text) => String(text ?? "").replaceAll("|", "\\|");
const row = (cells) => `| ${cells.map(cellText).join(" | ")} |`;
const table = (head, rows) => [row(head), row(head.map(() => "---")), ...rows.map(row)].join("\n");

/** Lists values once where they are all the same: the calls of a fault, or the runtimes of a table. */
function grouped(items, keyOf) {
  const groups = new Map();
  for (const item of items) {
    const key = JSON.stringify(keyOf(item));
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return [...groups.values()];
}

const namesOf = (rows) =>
  rows.length === OPERATIONS.length ? "all three" : rows.map(({ operation }) => operation).join(", ");

function faultsOf(measured) {
  return [...new Set(measured.map(({ name }) => name))].map((name) => measured.filter((row) => row.name === name));
}

/** One runtime's table; with the milliseconds that each call took, for reading only. */
export function outcomes(measured, { withTimes = false } = {}) {
  const cells = ({ bookings, requests, code, outcome, attempts, secrets }) => [
    bookings,
    requests,
    attempts,
    code,
    outcome,
    secrets,
  ];
  const rows = faultsOf(measured).flatMap((calls) =>
    grouped(calls, cells).map((group) => {
      const times = group.map(({ ms }) => ms).join(", ");
      return [calls[0].name, namesOf(group), ...cells(group[0]), ...(withTimes ? [times] : [])];
    }),
  );
  const head = ["fault", "call", "bookings", "requests", "`attempts`", "`code`", "`outcome`", "secrets sent elsewhere"];
  return table([...head, ...(withTimes ? ["ms"] : [])], rows);
}

/** A table with a column for each client. */
export function comparison(columns) {
  const cell = ({ bookings, requests, code, outcome, secrets }) => {
    const known = outcome && outcome !== "success" ? `, ${outcome}` : "";
    return `${bookings} / ${requests} ${code}${known}${secrets ? ", **secret sent elsewhere**" : ""}`;
  };
  const [first] = Object.values(columns);
  const rows = faultsOf(first).flatMap((calls) => {
    const cellsOf = ({ operation, name }) =>
      Object.values(columns).map((measured) =>
        cell(measured.find((row) => row.name === name && row.operation === operation)),
      );
    return grouped(calls, cellsOf).map((group) => [calls[0].name, namesOf(group), ...cellsOf(group[0])]);
  });
  return table(["fault", "call", ...Object.keys(columns)], rows);
}

/** Runtimes with the same results, together. */
export const alike = (results) => grouped(Object.entries(results), ([, measured]) => outcomes(measured));
