// The modules of the worker, each under the path that the others import it by.
import { readFile } from "node:fs/promises";
import { join, posix } from "node:path";

const IMPORT = /(?:\bfrom|\bimport)\s*"(\.[^"]+)"/g;

/** A file and all that it imports, under `prefix`. */
async function collect(folder, prefix, path, found) {
  const name = posix.join(prefix, path);
  if (found.has(name)) return;
  const isWasm = path.endsWith(".wasm");
  const contents = await readFile(join(folder, path), isWasm ? null : "utf8");
  found.set(name, { type: isWasm ? "CompiledWasm" : "ESModule", path: name, contents });
  if (isWasm) return;
  for (const [, specifier] of contents.matchAll(IMPORT)) {
    await collect(folder, prefix, posix.join(posix.dirname(path), specifier), found);
  }
}

/** The first is the worker. A bare name is looked for beside the module that imports it. */
export async function workerModules({ site, packageFolder }) {
  const { exports } = JSON.parse(await readFile(join(packageFolder, "package.json"), "utf8"));
  const found = new Map();
  await collect(site, "", "worker/worker.mjs", found);
  for (const [name, entry] of [
    ["earnkit", exports["."].workerd],
    ["earnkit/gateway", exports["./gateway"].workerd],
  ]) {
    const path = posix.normalize(entry);
    await collect(packageFolder, "earnkit", path, found);
    const alias = `worker/${name}`;
    const contents = `export * from "${posix.relative(posix.dirname(alias), `earnkit/${path}`)}";`;
    found.set(alias, { type: "ESModule", path: alias, contents });
  }
  return [...found.values()];
}
