// Values of a declared type, as Open Loyalty would send them.

const SERVER_DATE = "2018-01-19T09:45:00+0100";
const DATES = new Set(["startAt", "endAt", "date", "createdAt", "updatedAt"]);

/** A value of a member's type; an interface becomes an object with every member. */
export function sample(declarations, name, type) {
  const first = type.replace(/^\|\s*/, "").split(/\s*\|\s*/)[0];
  if (first === "string") return DATES.has(name) ? SERVER_DATE : `some ${name}`;
  if (first === "number") return 1;
  if (first === "boolean") return true;
  if (first.startsWith('"')) return JSON.parse(first);
  if (first === "Record<string, string>") return { id: "its name" };
  if (first.endsWith("[]")) return [sample(declarations, name, first.slice(0, -2))];
  if (declarations.isInterface(first)) return sampleObject(declarations, first);
  return sample(declarations, name, declarations.alias(first));
}

/** An object with every member of an interface. */
export function sampleObject(declarations, name) {
  const members = [...declarations.members(name)];
  return Object.fromEntries(members.map(([member, { type }]) => [member, sample(declarations, member, type)]));
}
