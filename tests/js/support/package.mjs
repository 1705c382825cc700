// The built package as files, and further copies of it.
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** The folder of the package under test, with a slash at its end. */
export const packageUrl = new URL(".", import.meta.resolve("earnkit/package.json"));

/**
 * Another copy of the package, as a store gets one from a second version in its dependencies: its modules share
 * nothing with the first. `import(copy.entry("server"))` loads it.
 */
export async function copyPackage() {
  const folder = await mkdtemp(join(tmpdir(), "earnkit-"));
  await cp(fileURLToPath(packageUrl), folder, {
    recursive: true,
    filter: (source) => !/sandbox[\w.]*$/.test(source),
  });
  return {
    entry: (name) => pathToFileURL(join(folder, `${name}.js`)).href,
    remove: () => rm(folder, { recursive: true }),
  };
}
