// Whom a rule is for. The list holds every active rule whatever the customer's level (Open Loyalty 3.2.0), the
// status names the level without its id, and nothing names the customer's segments.

const YEAR_MS = 365 * 86_400_000;

/** The level names of a rule; ids of deleted levels have none. */
const levelNames = (rule) => rule.levels.map((id) => rule.levelNames[id]).filter(Boolean);

/** Every level that any rule names. */
export const knownLevels = (rules) => new Set(rules.flatMap(levelNames));

/**
 * The id of a level by its name, which is all that a customer's status tells; `undefined` in doubt, and `""`, which is
 * no level's, for one that no rule is for.
 */
export function levelIdOf(rules, levelName) {
  const ids = rules.flatMap((rule) => Object.entries(rule.levelNames)).filter(([, name]) => name === levelName);
  const [id = levelName && "", ...others] = new Set(ids.map(([id]) => id));
  return others.length === 0 ? id : undefined;
}

/** "Silver and Gold members or Newsletter readers"; `""` for a rule that is open to all levels. */
export function audienceText(rule, allLevels, words) {
  const levels = levelNames(rule);
  const names = (ids, byId) => ids.map((id) => words.inside(byId[id])).filter(Boolean);
  const shops = names(rule.pos, rule.posNames);
  const groups = [];
  const forAll = levels.length === allLevels.size && levels.length > 1;
  if (levels.length > 0 && !forAll) groups.push(words.text("members", { levels: words.and(levels.map(words.inside)) }));
  // Every level of this rule was deleted, and nobody can be in it.
  if (levels.length === 0 && rule.levels.length > 0) groups.push(words.text("formerMembers"));
  if (!forAll) groups.push(...names(rule.segments, rule.segmentNames));
  const where = shops.length > 0 && words.text("at", { places: words.or(shops) });
  const text = [words.or(groups), where].filter(Boolean).join(", ");
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
  const [first = rule, ...others] = rules.filter(mayWin);
  return others.reduce((best, other) => (other.pointsAmount > best.pointsAmount ? other : best), first);
}

/** The rule's window as seen from now; `edge` tells which end of it is worth a word, and `at` when that is. */
export function windowOf({ allTimeActive, startAt, endAt }, nowMs) {
  const [start, end] = [Date.parse(startAt ?? ""), Date.parse(endAt ?? "")];
  if (allTimeActive) return { open: true };
  if (start > nowMs) return { edge: "starts", at: startAt, open: false };
  if (end < nowMs) return { edge: "ended", at: endAt, open: false };
  return end - nowMs < YEAR_MS ? { edge: "ends", at: endAt, open: true } : { open: true };
}

/** "ends in 3 days". */
export const windowText = ({ edge, at }, nowMs, words) =>
  edge ? words.text(edge, { when: words.relative(nowMs, Date.parse(at)) }) : "";
