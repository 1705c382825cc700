// Peers, each alone or several together, as esbuild bundles them for a page, a server or a worker.
import { existsSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const BENCH = new URL("../", import.meta.url);
const OUTPUT = new URL("../output/bench/", BENCH);
const requireTool = createRequire(new URL("../../../xtask/npm/package.json", BENCH));

export const peerFile = (name) => fileURLToPath(new URL(`peers/${name}.mjs`, BENCH));

/** In this folder alone: further up there may be other versions. */
const manifestOf = (packageName) => new URL(`node_modules/${packageName}/package.json`, BENCH);

/** What a peer needs and is not there. */
export const missingFor = ({ packages }) => packages.filter((name) => !existsSync(manifestOf(name)));

/** Its version, as installed. */
export const versionOf = (packageName) => JSON.parse(readFileSync(manifestOf(packageName), "utf8")).version;

export function build(contents, options) {
  return requireTool("esbuild").build({
    stdin: { contents, resolveDir: fileURLToPath(BENCH) },
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    legalComments: "none",
    logLevel: "silent",
    write: false,
    outdir: "bundle",
    ...options,
  });
}

/** The package stays outside, for the runtime to find. */
const packageIsExternal = {
  name: "external package",
  setup: ({ onResolve }) => onResolve({ filter: /^earnkit$/ }, ({ path }) => ({ path, external: true })),
};

/** The agent with these peers in it, the same for every runtime. */
export async function bundleAgent(names) {
  const imports = names.map((name, at) => `import { connect as peer${at} } from "./peers/${name}.mjs";`);
  const contents = `${imports.join("\n")}
    import { performWith } from "./lib/agent.mjs";
    export const perform = performWith({ ${names.map((name, at) => `${JSON.stringify(name)}: peer${at}`)} });`;
  const { outputFiles } = await build(contents, { minify: false, platform: "browser", plugins: [packageIsExternal] });
  await mkdir(OUTPUT, { recursive: true });
  const agent = new URL("agent.mjs", OUTPUT);
  await writeFile(agent, outputFiles[0].contents);
  return agent;
}
