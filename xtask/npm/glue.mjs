// Turns the glue that wasm-bindgen generates into the one that ships:
//   node glue.mjs <generated.js> <shipped.js> <names.json>
//
// - Every instance gets a glue of its own, behind the same exports. The generated one keeps its state at module level,
//   where after a trap the promises of the old instance find the next one: with `--experimental-reset-state-function`
//   they throw into the void, and Node ends the process.
// - The default loader goes. It names `Response` and `Request`, which makes Node load its whole fetch implementation.
// - Everything is minified. The names that only glue and WebAssembly share are long and end in a hash; what each has
//   become is written to names.json, for the module to follow.
import { readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import * as esbuild from "esbuild";

const [generated, shipped, renamed] = process.argv.slice(2);

/** The generated loaders, which the functions at the end of the shipped glue replace. */
const LOADERS = ["default", "initSync"];

/** What xtask exports besides, for these functions alone. */
const INSTANTIATION = ["attach", "imports"];

const options = {
  bundle: true,
  legalComments: "none",
  logLevel: "error",
  platform: "neutral",
  target: "es2022",
  write: false,
};

const { metafile } = await esbuild.build({
  ...options,
  entryPoints: [generated],
  format: "esm",
  metafile: true,
  outdir: ".",
});
const [{ exports }] = Object.values(metafile.outputs);
const source = await readFile(generated, "utf8");
/** Whether a function takes and gives numbers alone: then the module's own is as good as the generated one. */
const isPlain = (name) => {
  const body = source.split(`export function ${name}(`)[1]?.split("\n}")[0];
  return body?.includes(`wasm.${name}(`) && !/ptr|\[0\]|imports/.test(body);
};
const plain = exports.filter(isPlain);
const inner = exports.filter((name) => !LOADERS.includes(name) && !plain.includes(name));
const outer = [...inner.filter((name) => !INSTANTIATION.includes(name)), ...plain];

const bundle = await esbuild.build({
  ...options,
  stdin: {
    contents: `import { ${inner} } from ${JSON.stringify(generated)}; glue = { ${inner} };`,
    resolveDir: dirname(generated),
  },
  format: "iife",
  minify: true,
  // The last two begin the symbols of Rust's two manglings.
  mangleProps: /^(__wbg_|__wbindgen_|__externref_|_ZN|_R)/,
  // A field of the objects that JavaScript holds, and not a name of the module.
  reserveProps: /^__wbg_ptr$/,
  mangleCache: {},
});

/**
 * What crosses by way of memory, and what the module asks the host for, by the names that it is bound to: see
 * src/wasm/package/memory.rs. Memory that grows leaves the old buffer empty.
 */
const MEMORY = `
  let view = new Uint8Array(), floats = view, decoded = 0, decoder = new TextDecoder(), hostOffset;
  const bytesOf = () => (view = view.byteLength ? view : new Uint8Array(memory.buffer));
  const floatsOf = () => (floats = floats.byteLength ? floats : new Float64Array(memory.buffer));
  const textAt = (start, length) => {
    start >>>= 0;
    // Safari's decoder fails after 2 GiB.
    if ((decoded += length) > 2e9) [decoded, decoder] = [length, new TextDecoder()];
    return decoder.decode(bytesOf().subarray(start, start + length));
  };
  const hostNumber = (start, length) => +textAt(start, length);
  export const measureBy = (offset) => { hostOffset = offset; };
  export const write = (data) => {
    const start = bytes(data.length) >>> 0;
    bytesOf().set(data, start);
  };
  export const writeNumbers = (list) => {
    const start = numbers(list.length) >>> 3;
    floatsOf().set(list, start);
  };
  export const read = (start) => start ? textAt(start, length()) : undefined;
  export const readNumbers = (start) => floatsOf().subarray(start >>> 3, (start >>> 3) + length());`;

const names = { ...bundle.mangleCache };
/** Of the plain functions, too, the module has short names. */
for (const [at, name] of plain.entries()) names[name] = `$${at.toString(36)}`;
const exported = ["memory", ...plain.map((name) => `${names[name]}: ${name}`)];

const { code } = await esbuild.transform(
  `const create = () => { let glue; ${bundle.outputFiles[0].text} return glue; };
  let module, memory, ${INSTANTIATION};
  export let ${outer};
  ${plain.includes("bytes") ? MEMORY : ""}
  export const __wbg_reset_state = () => {
    ({ ${inner} } = create());
    ({ ${exported} } = attach(new WebAssembly.Instance(module, imports()), module));
    ${plain.includes("bytes") ? "view = floats = new Uint8Array();" : ""}
  };
  export const initSync = (options) => {
    module = options.module;
    __wbg_reset_state();
  };`,
  { format: "esm", minify: true, target: options.target },
);

await writeFile(shipped, code);
await writeFile(renamed, JSON.stringify(names));
