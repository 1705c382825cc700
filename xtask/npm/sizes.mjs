// What the built package weighs, as JSON: `node sizes.mjs <package folder>`.
import { realpathSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { brotliCompress } from "node:zlib";
import * as esbuild from "esbuild";

/** On threads of its own. */
const compress = promisify(brotliCompress);

/**
 * The bytes of the package that matter to a page, each as sent and after brotli. `eager` is what an entry imports
 * statically, put into one minified file as a bundler would.
 */
export async function measure(folder) {
  const file = async (name) => weigh(await readFile(join(folder, name)));
  const entry = async (path) => weigh((await eagerJavaScript(folder, path)).code);
  const weighing = {
    "earnkit.wasm": file("earnkit.wasm"),
    "eager JavaScript of the main entry": entry(""),
    "inline.js": file("inline.js"),
    "earnkit/js, which loads nothing more": entry("/js"),
    "eager JavaScript of earnkit/slim": entry("/slim"),
    "earnkit/element, on top of earnkit": file("element.js"),
    "element.min.js, which loads nothing more": file("element.min.js"),
    "eager JavaScript of earnkit/sandbox": entry("/sandbox"),
    "sandbox.wasm": file("sandbox.wasm"),
    "gateway_workerd.js": file("gateway_workerd.js"),
    "gateway.wasm": file("gateway.wasm"),
    "sandbox_inline.js": file("sandbox_inline.js"),
  };
  const parts = Object.entries(weighing).map(async ([name, part]) => [name, await part]);
  const weights = Object.fromEntries(await Promise.all(parts));
  const page = [weights["earnkit.wasm"], weights["eager JavaScript of the main entry"]];
  const sum = (unit) => page.reduce((total, part) => total + part[unit], 0);
  return { ...weights, "together: what a page loads": { raw: sum("raw"), brotli: sum("brotli") } };
}

const weigh = async (bytes) => ({ raw: bytes.length, brotli: (await compress(bytes)).length });

/** The code, and how many bytes of it, before compression, come from each file of the package. */
async function eagerJavaScript(folder, path) {
  const { name } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const { metafile, outputFiles } = await esbuild.build({
    // By its own name, so that the package's `exports` decide, as in a store.
    stdin: { contents: `export * from ${JSON.stringify(name + path)};`, resolveDir: folder },
    bundle: true,
    splitting: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    logLevel: "error",
    absWorkingDir: resolve(folder),
    outdir: "bundle",
    metafile: true,
    write: false,
  });
  const entry = Object.keys(metafile.outputs).find((path) => metafile.outputs[path].entryPoint);
  const eager = new Set([entry]);
  for (const path of eager) {
    const statically = metafile.outputs[path].imports.filter(({ kind }) => kind === "import-statement");
    for (const imported of statically) eager.add(imported.path);
  }
  const contents = outputFiles.filter(({ path }) => [...eager].some((name) => path === resolve(folder, name)));
  const files = {};
  for (const output of eager)
    for (const [path, { bytesInOutput }] of Object.entries(metafile.outputs[output].inputs))
      if (bytesInOutput > 0) files[basename(path)] = (files[basename(path)] ?? 0) + bytesInOutput;
  return { code: Buffer.concat(contents.map((output) => output.contents)), files };
}

if (import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href) {
  const [, , folder] = process.argv;
  const parts = Object.entries(await measure(folder));
  const sizes = (unit) => Object.fromEntries(parts.map(([name, part]) => [name, part[unit]]));
  const { files } = await eagerJavaScript(folder, "");
  console.log(JSON.stringify({ raw: sizes("raw"), brotli: sizes("brotli"), "eager JavaScript by file": files }));
}
