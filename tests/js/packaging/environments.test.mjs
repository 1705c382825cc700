// What docs/environments.md shows is what the tests run.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("../../../", import.meta.url));
const read = (path) => readFileSync(join(repository, path), "utf8");
const document = read("docs/environments.md");
const SHOWN = /\[[\w.-]+\]\(\.\.\/(tests\/js\/[^)]+)\)[^\n]*:\n\n```\w+\n([\s\S]*?)^```$/gm;

const shown = [...document.matchAll(SHOWN)].map(([, path, code]) => ({ path, code }));

test("every piece of code is a file of a test", () => {
  assert.equal(shown.length, [...document.matchAll(/^```\w+$/gm)].length);
});

for (const { path, code } of shown) {
  test(path, () => {
    assert.equal(code, read(path));
    const name = path.split("/").at(-1);
    assert.ok(usersOf(dirname(path), name).length > 0, `a test, or what a test runs, names ${name}`);
  });
}

/** The files of a test and of its project that name another file, or the route that it becomes. */
function usersOf(folder, name) {
  const route = folder.split("/").at(-1);
  const found = [];
  for (let at = folder; at !== "tests/js"; at = dirname(at)) {
    for (const file of readdirSync(join(repository, at)).filter((entry) => /\.(mjs|js|json|html)$/.test(entry))) {
      if (file === name || !existsSync(join(repository, at, file))) continue;
      const text = read(`${at}/${file}`);
      if (text.includes(name) || new RegExp(`["/]${route}["/]`).test(text)) found.push(`${at}/${file}`);
    }
  }
  return found;
}
