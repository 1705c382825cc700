// Reads what the package's typings declare. They are our own files, so their shape is known: one member a line.
import { readFileSync } from "node:fs";

const COMMENT = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm;
const INTERFACE = /export interface (\w+)(?:<[^>]*>)?(?: extends (\w+))? \{\n([\s\S]*?)^\}/gm;
const ALIAS = /export type (\w+) =\s*([^;]*);/g;
const VALUE = /^export (?:function|const) (\w+)/gm;
const MEMBER = /^ {2}(?:readonly )?(\w+)(\?|\(\))?:\s*([^\n]*(?:\n {4}[^\n]*)*?);$/gm;

/**
 * @param {string[]} files the package's .d.ts files, as paths or URLs
 * @returns the names of the values that are exported, and each interface's members, inherited ones included
 */
export function readDeclarations(files) {
  const text = files.map((file) => readFileSync(file, "utf8").replace(COMMENT, "")).join("\n");
  const declared = new Map();
  for (const [, name, base, body] of text.matchAll(INTERFACE)) declared.set(name, { base, body });
  const aliases = new Map([...text.matchAll(ALIAS)].map(([, name, type]) => [name, type.trim()]));

  function members(name) {
    const { base, body } = declared.get(name);
    const own = [...body.matchAll(MEMBER)].map(([, member, optional, type]) => [
      member,
      { type: type.trim(), optional: optional === "?" },
    ]);
    return new Map([...(declared.has(base) ? members(base) : []), ...own]);
  }

  return {
    values: new Set([...text.matchAll(VALUE)].map(([, name]) => name)),
    isInterface: (name) => declared.has(name),
    members,
    alias: (name) => aliases.get(name),
  };
}

/** The names of an interface's members, sorted; with `required`, only of those that are always there. */
export const memberNames = (members, { required = false } = {}) =>
  [...members]
    .filter(([, { optional }]) => !required || !optional)
    .map(([name]) => name)
    .sort();
