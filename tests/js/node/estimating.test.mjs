// The examples of docs/estimating.md, run against the built package.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";

const document = readFileSync(new URL("../../../docs/estimating.md", import.meta.url), "utf8");
const code = [...document.matchAll(/^```js\n([\s\S]*?)^```$/gm)].map(([, block]) => block).join("\n");

test("what the examples of docs/estimating.md say is so", async () => {
  const folder = new URL("../output/", import.meta.url);
  mkdirSync(folder, { recursive: true });
  let examples = 0;
  const checked = code.replace(/^(.+); \/\/ => (.+)$/gm, (_, expression, expected) => {
    examples++;
    const text = JSON.stringify(expression);
    return `assert.deepEqual(${expression}, ${expected}, ${text});`;
  });
  const module = new URL("estimating.mjs", folder);
  writeFileSync(module, `import assert from "node:assert/strict";\n${checked}`);
  await import(module);
  assert.ok(examples > 30, `${examples} examples`);
});
