// A project of a store's, in a fresh folder, with the package as npm would deliver it.
import { execFile } from "node:child_process";
import { cp, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const BUILT = process.env.EARNKIT_PKG ?? fileURLToPath(new URL("../../../pkg", import.meta.url));
const SCENARIO = fileURLToPath(new URL("../packaging/scenario.mjs", import.meta.url));
const QUIET = ["--no-audit", "--no-fund", "--loglevel=error"];
const TIMEOUT_MS = 180_000;
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

const execute = promisify(execFile);

/** Runs a program to its end and gives its output; an error with both outputs unless it succeeds. */
export async function run(command, args, options = {}) {
  const limits = { timeout: TIMEOUT_MS, maxBuffer: MAX_OUTPUT_BYTES };
  try {
    return (await execute(command, args, { ...limits, ...options })).stdout;
  } catch (error) {
    const said = [error.message, error.stdout, error.stderr].filter(Boolean).join("\n");
    throw new Error(`${basename(command)} ${args.join(" ")} stopped with ${error.code ?? error.signal}\n${said}`);
  }
}

/** Packs the built package as `npm publish` would, and gives the tarball's path and listing. */
export async function pack(folder) {
  await mkdir(folder, { recursive: true });
  const [{ filename, files }] = JSON.parse(
    await run("npm", ["pack", BUILT, "--json", "--pack-destination", folder, "--loglevel=error"]),
  );
  return { path: join(folder, filename), files: files.map(({ path }) => path).sort() };
}

/**
 * Makes a fresh folder beside the test, so that the tools which the test's own folder pins are found from there, and
 * installs the packed package in it. `files` is a folder to start from; the scenario is always there.
 */
export async function createConsumer(testUrl, { name = basename(testUrl, ".test.mjs"), files } = {}) {
  const folder = fileURLToPath(new URL(`fresh/${name}`, testUrl));
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  if (files) await cp(fileURLToPath(new URL(files, testUrl)), folder, { recursive: true });
  await cp(SCENARIO, join(folder, "scenario.mjs"));
  const { path } = await pack(join(folder, "tarball"));
  await run("npm", ["install", "--offline", ...QUIET, path], { cwd: folder });

  const tools = fileURLToPath(new URL("node_modules/.bin/", testUrl));
  return {
    folder,
    path: (...names) => join(folder, ...names),
    /** Runs a tool that the test's folder pins. */
    tool: (tool, args, options) => run(join(tools, tool), args, { cwd: folder, ...options }),
    toolPath: (tool) => join(tools, tool),
    /** The files below one of its folders, with `/` in their paths. */
    async list(below) {
      const entries = await readdir(join(folder, below), { recursive: true, withFileTypes: true });
      const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
      return paths.map((path) => path.slice(join(folder, below).length + 1).replaceAll("\\", "/")).sort();
    },
  };
}
