// What the documents say is so: their code compiles against the package, their links lead somewhere, the tables of
// errors and calls are complete, and the sizes are the package's.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { measure } from "../../../xtask/npm/sizes.mjs";
import { readDeclarations } from "../support/declarations.mjs";
import { packageUrl } from "../support/package.mjs";

const repository = new URL("../../../", import.meta.url);
const typings = new URL("pkg-template/types/", repository);
const declarations = readDeclarations([
  new URL("pkg-template/index.d.ts", repository),
  ...readdirSync(typings).map((name) => new URL(name, typings)),
]);
const documents = [
  "README.md",
  "ARCHITECTURE.md",
  "CHANGELOG.md",
  "pkg-template/README.md",
  "docs/element.md",
  "docs/environments.md",
  "docs/gateway.md",
  "docs/gateway-recipes.md",
  "templates/cloudflare/README.md",
];
const read = (path) => readFileSync(new URL(path, repository), "utf8");

/** What the examples take for granted. */
const SURROUNDINGS = `
interface Env {
  KOOMALOOMA_JWT: string;
  PARTNER_ID: string;
  CAMPAIGN_ID: string;
  OPEN_LOYALTY_URL: string;
  GUEST_TOKEN: string;
  AWARDS_KEY: string;
  LEDGER: import("earnkit/gateway").LedgerNamespace;
}
interface Session {
  customerId: string;
  token: string;
  sessionId: string;
}
declare function customerOf(request: Request): Promise<import("earnkit/gateway").Identity | null>;
declare function readSession(request: Request): Promise<Session | null>;
declare function renewToken(customerId: string): Promise<string>;
declare function tellSupport(award: import("earnkit/gateway").UnknownAward): Promise<void>;
declare const awardsKey: string;
declare const order: { id: string; customerId: string };
declare const commitment: import("earnkit").NewCommitment;
declare const session: { token: string; refreshToken: string; levelId: string };
declare const username: string, password: string;
declare function renewSession(): Promise<string>;
declare function show(text: string, onClick?: () => unknown): void;
declare function paidOrder(request: Request): Promise<{ id: string; customerId: string; sessionId: string }>;
declare function keepForReview(order: { id: string }, error: Error): Promise<void>;
`;

test("the examples compile", async () => {
  const folder = new URL("../output/examples/", import.meta.url);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const files = [];
  for (const document of documents) {
    for (const [index, [, code]] of [...read(document).matchAll(/^```ts\n([\s\S]*?)^```$/gm)].entries()) {
      const name = `${document.replace(/\W/g, "-")}-${index}.mts`;
      // An example that shows only a call goes on where the one before it left off.
      const start =
        /const loyalty\b/.test(code) || !code.includes("loyalty")
          ? ""
          : "declare const loyalty: import('earnkit').OpenLoyalty;\n";
      writeFileSync(new URL(name, folder), start + code);
      files.push(name);
    }
  }
  assert.ok(files.length >= 5);
  writeFileSync(new URL("surroundings.d.ts", folder), SURROUNDINGS);
  const compilerOptions = {
    noEmit: true,
    strict: true,
    module: "preserve",
    target: "es2022",
    lib: ["es2022", "dom"],
    types: [],
  };
  const config = { compilerOptions, files: [...files, "surroundings.d.ts"] };
  writeFileSync(new URL("tsconfig.json", folder), JSON.stringify(config));
  const compiler = fileURLToPath(import.meta.resolve("typescript/package.json").replace("package.json", "bin/tsc"));
  const run = promisify(execFile)(process.execPath, [compiler, "-p", fileURLToPath(folder)]);
  await assert.doesNotReject(run.catch(({ stdout }) => Promise.reject(new Error(stdout))));
});

test("the Rust code of README.md is that of the program that the suite web-program runs", () => {
  const program = read("tests/web-program/src/lib.rs");
  const blocks = [...read("README.md").matchAll(/^```rust\n([\s\S]*?)^```$/gm)].map(([, code]) => code);
  assert.equal(blocks.length, 1);
  for (const code of blocks) assert.ok(program.includes(code));
});

/** The anchor that a heading gets on the usual hosts. */
const anchorOf = (heading) =>
  heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, "")
    .replaceAll(" ", "-");

for (const document of documents) {
  test(`the links of ${document}`, () => {
    const text = read(document).replace(/^```[\s\S]*?^```$/gm, "");
    for (const [, target] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(target)) continue;
      const [path, anchor] = target.split("#");
      const linked = path === "" ? document : new URL(path, new URL(document, repository));
      if (path !== "") assert.ok(existsSync(linked), `${target} exists`);
      if (anchor === undefined) continue;
      const headings = [...read(path === "" ? document : linked).matchAll(/^#+ (.+)$/gm)];
      assert.ok(
        headings.some(([, heading]) => anchorOf(heading) === anchor),
        `${target} is a heading`,
      );
    }
  });
}

/** The rows of the table below a heading, as lists of cells. */
function table(document, heading) {
  const section = read(document).split(`\n## ${heading}\n`)[1].split("\n## ")[0];
  const rows = section.split("\n").filter((line) => line.startsWith("| "));
  return rows.slice(1).map((row) =>
    row
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const literals = (alias) => [...declarations.alias(alias).matchAll(/"(\w+)"/g)].map(([, literal]) => literal);

test("the table of errors names every code, with outcomes that the code can have", () => {
  const rows = table("README.md", "Errors");
  const codes = new Set(rows.map(([code]) => code.replaceAll("`", "")));
  assert.deepEqual([...codes].sort(), literals("ErrorCode").sort());
  const always = new Set(literals("NotAppliedCode"));
  for (const [code, , outcome] of rows) {
    if (always.has(code.replaceAll("`", ""))) assert.equal(outcome, "`not_applied`", code);
  }
});

test("the table of calls names every export", () => {
  const named = table("README.md", "API").flatMap(([call]) => [...call.matchAll(/`(\w+)/g)].map(([, name]) => name));
  assert.deepEqual([...new Set(named)].sort(), [...declarations.values].sort());
});

/** The sizes in a table's row, in thousands of bytes. */
const sizesIn = (cells) => [...cells.join().matchAll(/([\d.]+) KB/g)].map(([, size]) => Number(size));

test("the sizes are those of the package, to within a thousand bytes or 2 %", async () => {
  const measured = await measure(fileURLToPath(packageUrl));
  const eager = "eager JavaScript of the main entry";
  const entries = {
    "`earnkit`": [eager, "earnkit.wasm"],
    "`earnkit/js`": ["earnkit/js, which loads nothing more"],
    "`earnkit/slim`": ["eager JavaScript of earnkit/slim"],
    "`earnkit/element`": ["earnkit/element, on top of earnkit", "element.min.js, which loads nothing more"],
    "`earnkit/gateway`": ["gateway_workerd.js", "gateway.wasm"],
    "`earnkit/sandbox`": ["eager JavaScript of earnkit/sandbox", "sandbox_inline.js"],
  };
  const rows = table("README.md", "Entries");
  assert.deepEqual(
    rows.map(([entry]) => entry),
    Object.keys(entries),
  );
  const [ofPage] = table("README.md", "By hand or with earnkit");
  const stated = [...rows, ["bytes in the page", ...ofPage]];
  const names = [...Object.values(entries), ["together: what a page loads", eager]];
  for (const [index, cells] of stated.entries()) {
    const sizes = names[index].map((name) => measured[name].brotli / 1000);
    const isClose = (said, at) => Math.abs(said - sizes[at]) < Math.max(1, sizes[at] / 50);
    const said = sizesIn(cells);
    assert.equal(said.length, sizes.length, cells[0]);
    assert.ok(
      said.every(isClose),
      `${cells[0]}: ${said.join(" and ")} KB in README.md, measured ${sizes.join(" and ")}`,
    );
  }
});
