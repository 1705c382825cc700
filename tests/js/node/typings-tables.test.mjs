// The tables of the scanner have no field that the typings lack, and the other way round. `typings.test.mjs` sees only
// what comes out; a field that is optional in a table would escape it.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { readDeclarations } from "../support/declarations.mjs";

const repository = new URL("../../../", import.meta.url);
const typings = new URL("pkg-template/types/", repository);
const declarations = readDeclarations(readdirSync(typings).map((name) => new URL(name, typings)));

const FIELD = /(?:field|answered|required|optional|Field::new|Field::renamed)\(\s*"(\w+)"(?:,\s*"(\w+)")?/g;

/** The source of a module, be it one file or a folder. */
function sourceOf(module) {
  const paths = readdirSync(new URL("src/", repository), { recursive: true });
  const own = paths.filter((path) => path.endsWith(".rs") && path.split(/[/\\.]/)[0] === module);
  return own.map((path) => readFileSync(new URL(`src/${path}`, repository), "utf8")).join("\n");
}

/** The names that JavaScript sees of a table's fields. Inputs are renamed from them, answers to them. */
function fieldsOf(module, table, isInput) {
  const source = sourceOf(module);
  const start = new RegExp(`(?:static|const) ${table}: [^=]*=`).exec(source);
  assert.ok(start, `${module} has a table ${table}`);
  const [body] = source.slice(start.index).split(/\]\)?;/);
  return [...body.matchAll(FIELD)].map(([, wire, name = wire]) => (isInput ? wire : name));
}

const membersOf = (...names) => new Set(names.flatMap((name) => [...declarations.members(name).keys()]));

function same(module, table, interfaces, { isInput = false, elsewhere = [] } = {}) {
  test(`${table} of ${module} has the fields that the typings declare`, () => {
    const expected = membersOf(...interfaces);
    for (const name of elsewhere) assert.ok(expected.delete(name), `${name} is declared`);
    assert.deepEqual(fieldsOf(module, table, isInput).sort(), [...expected].sort());
  });
}

const rules = [...declarations.alias("EarningRule").matchAll(/\w+/g)].map(([name]) => name);
same("open_loyalty", "RULE_FIELDS", rules);
same("open_loyalty", "LABEL", ["Label"]);
same("open_loyalty", "LABEL_MULTIPLIER", ["LabelMultiplier"]);
same("open_loyalty", "LIMIT", ["Limit"]);
same("open_loyalty", "EARNING_RULES", ["EarningRules"]);
same("open_loyalty", "CUSTOMER_STATUS", ["CustomerStatus"]);
same("open_loyalty", "TOKENS", ["Tokens"]);
same("koomalooma", "USER", ["User"]);
same("koomalooma", "GOAL", ["Goal"]);
same("koomalooma", "COMMITMENT", ["Commitment"]);

// Functions stay in JavaScript, so their fields are in no table.
const input = (module, table, interfaces, ...elsewhere) =>
  same(module, table, interfaces, { isInput: true, elsewhere });
input("open_loyalty", "TARGET", ["OpenLoyalty"], "fetch");
input("open_loyalty", "CREDENTIALS", ["Credentials"]);
input("koomalooma", "TARGET", ["Koomalooma"], "fetch");
input("koomalooma", "NEW_USER", ["NewUser"]);
input("koomalooma", "NEW_COMMITMENT", ["NewCommitment"]);
input("arguments", "OPTIONS", ["ReadOptions", "AwardOptions"], "signal", "onAttempt");
