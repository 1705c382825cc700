// Pictures to look at, in output/ (not kept). Nothing is compared: fonts differ from machine to machine.
import assert from "node:assert/strict";
import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const OUTPUT = fileURLToPath(new URL("../output/", import.meta.url));

export async function takePicture(page, name, { fullPage = false } = {}) {
  await mkdir(OUTPUT, { recursive: true });
  const path = join(OUTPUT, `${name}.png`);
  await page.screenshot({ path, fullPage, animations: "disabled" });
  assert.ok((await stat(path)).size > 5_000);
}
