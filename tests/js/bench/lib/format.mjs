// Figures as people read them, and tables in Markdown.

/** Three significant digits, or all of those before the point. */
export function digits(value) {
  const places = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value) || 1)));
  return value.toLocaleString("en", {
    minimumFractionDigits: Math.min(places, 2),
    maximumFractionDigits: Math.min(places, 2),
  });
}

export const count = (value) => Math.round(value).toLocaleString("en");
export const microseconds = (value) => (Math.abs(value) < 1_000 ? `${digits(value)} µs` : milliseconds(value / 1_000));
export const milliseconds = (value) => `${digits(value)} ms`;
export const ratio = (value) => `${value.toFixed(2)}x`;

/** A table whose columns are aligned, so that it can be read as it is. */
export function table(columns, rows) {
  const cells = [columns, ...rows].map((row) => row.map(String));
  const widths = columns.map((_, at) => Math.max(3, ...cells.map((row) => row[at].length)));
  const line = (row) =>
    `| ${row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]) : cell.padStart(widths[at]))).join(" | ")} |`;
  const rule = `|${widths.map((width, at) => (at === 0 ? "-".repeat(width + 2) : `${"-".repeat(width + 1)}:`)).join("|")}|`;
  const [head, ...body] = cells;
  return [line(head), rule, ...body.map(line)].join("\n");
}

/** A goal beside its result. */
export const goal = (what, isMet, result) => `${isMet ? "met" : "**missed**"}: ${what}: ${result}`;
