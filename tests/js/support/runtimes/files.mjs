// Where the runtimes and the package's entries for them are.
import { access, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

import { packageUrl } from "../package.mjs";

const RUNTIMES = new URL("../../runtimes/", import.meta.url);
const { exports } = JSON.parse(await readFile(new URL("package.json", packageUrl), "utf8"));

/** The packages that bring the binaries; what puts them at `bin/` is a script of the main package, which is not run. */
const BINARIES = {
  deno: [`@deno/${process.platform}-${process.arch}${process.platform === "linux" ? "-glibc" : ""}/deno`],
  bun: [`@oven/bun-${process.platform}-${process.arch}/bin/bun`],
};

/** What a condition of the package's `exports` leads to. */
export const packageEntry = (condition, entry = ".") => new URL(exports[entry][condition], packageUrl);

/** The program of a runtime. */
export async function runtimeFile(name) {
  const file = fileURLToPath(new URL(`node_modules/${BINARIES[name]}`, RUNTIMES));
  await access(file);
  return file;
}

export const requireRuntime = createRequire(new URL("package.json", RUNTIMES));
