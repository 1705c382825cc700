// Whom a rule is for. The list holds every active rule whatever the customer's level (Open Loyalty 3.2.0), the
// status names the level without its id, and nothing names the customer's segments.
import { and, or, relative } from "./format.js";

const YEAR_MS = 365 * 86_400_000;

/** The level names of a rule; ids of deleted levels have none. */
const levelNames = (rule) => rule.levels.map((id) => rule.levelNames[id]).filter(Boolean);
const segmentNames = (rule) => rule.segments.map((id) => rule.segmentNames[id]).filter(Boolean);

/** Every level that any rule names. */
export function knownLevels(rules) {
  return new Set(rules.flatMap(levelNames));
}

/** "Gold members", "Silver and Gold members or Newsletter readers"; `""` for a rule that is open to all levels. */
export function audienceText(rule, allLevels) {
  const levels = levelNames(rule);
  const shops = rule.pos.map((id) => rule.posNames[id]).filter(Boolean);
  const groups = [];
  const forAll = levels.length === allLevels.size && levels.length > 1;
  if (levels.length > 0 && !forAll) groups.push(`${and(levels)} members`);
  // Every level of this rule was deleted, and nobody can be in it.
  if (levels.length === 0 && rule.levels.length > 0) groups.push("Members of an earlier level");
  if (!forAll) groups.push(...segmentNames(rule));
  const where = shops.length > 0 ? `at ${or(shops)}` : "";
  const text = [or(groups), where].filter(Boolean).join(", ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Whether this customer is certainly outside the rule's audience. In doubt the server decides. */
export function isForOthers(rule, levelName) {
  if (rule.segments.length > 0 || rule.levels.length === 0 || !levelName) return false;
  return !levelNames(rule).includes(levelName);
}

/**
 * The rule that the server books for this rule's event: the one with the most points among those that apply, the
 * first on a tie.
 */
export function winnerOf(rule, rules, levelName, nowMs) {
  const mayWin = (other) =>
    other.type === "custom_event" &&
    other.eventName === rule.eventName &&
    !isForOthers(other, levelName) &&
    windowOf(other, nowMs).open;
  return rules.filter(mayWin).reduce((best, other) => (other.pointsAmount > best.pointsAmount ? other : best), rule);
}

/** The rule's window as seen from now: `{ text, date, open }`, `text` being `""` where it says nothing useful. */
export function windowOf({ allTimeActive, startAt, endAt }, nowMs) {
  const [start, end] = [Date.parse(startAt ?? ""), Date.parse(endAt ?? "")];
  if (allTimeActive) return { text: "", date: "", open: true };
  if (start > nowMs) return { text: `starts ${relative(nowMs, start)}`, date: startAt, open: false };
  if (end < nowMs) return { text: `ended ${relative(nowMs, end)}`, date: endAt, open: false };
  if (end - nowMs < YEAR_MS) return { text: `ends ${relative(nowMs, end)}`, date: endAt, open: true };
  return { text: "", date: "", open: true };
}
