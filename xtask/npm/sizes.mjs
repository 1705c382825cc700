// What the built package weighs, as JSON: `node sizes.mjs <package folder>`.
import { realpathSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { brotliCompressSync } from "node:zlib";
import * as esbuild from "esbuild";

/**
 * The bytes of the package that matter to a page, each as sent and after brotli. `eager` is what an entry imports
 * statically, put into one minified file as a bundler would.
 */
export async function measure(folder) {
  const file = async (name) => weigh(await readFile(join(folder, name)));
  const entry = async (path) => weigh((await eagerJavaScript(folder, path)).code);
  const eager = await entry("");
  const wasm = await file("earnkit.wasm");
  const page = { raw: eager.raw + wasm.raw, brotli: eager.brotli + wasm.brotli };
  return {
    "earnkit.wasm": wasm,
    "eager JavaScript of the main entry": eager,
    "together: what a page loads": page,
    "inline.js": await file("inline.js"),
    "earnkit/js, which loads nothing more": await entry("/js"),
    "eager JavaScript of earnkit/slim": await entry("/slim"),
    "earnkit/element, on top of earnkit": await file("element.js"),
    "element.min.js, which loads nothing more": await file("element.min.js"),
    "eager JavaScript of earnkit/sandbox": await entry("/sandbox"),
    "sandbox.wasm": await file("sandbox.wasm"),
    "gateway_workerd.js": await file("gateway_workerd.js"),
    "gateway.wasm": await file("gateway.wasm"),
    "sandbox_inline.js": await file("sandbox_inline.js"),
  };
}

const weigh = (bytes) => ({ raw: bytes.length, brotli: brotliCompressSync(bytes).length });

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
