// Turns the glue that wasm-bindgen generates into the one that ships:
//   node glue.mjs <generated.js> <shipped.js> <names.json>
//
// - Every instance gets a glue of its own, behind the same exports. The generated one keeps its state at module level,
//   where after a trap the promises of the old instance find the next one: with `--experimental-reset-state-function`
//   they throw into the void, and Node ends the process.
// - The default loader goes. It names `Response` and `Request`, which makes Node load its whole fetch implementation.
// - Everything is minified. The names that only glue and WebAssembly share are long and end in a hash; what each has
//   become is written to names.json, for the module to follow.
import { writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import * as esbuild from "esbuild";

const [generated, shipped, names] = process.argv.slice(2);

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
const inner = exports.filter((name) => !LOADERS.includes(name));
const outer = inner.filter((name) => !INSTANTIATION.includes(name));

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

const { code } = await esbuild.transform(
  `const create = () => { let glue; ${bundle.outputFiles[0].text} return glue; };
  let module, ${INSTANTIATION};
  export let ${outer};
  export const __wbg_reset_state = () => {
    ({ ${inner} } = create());
    attach(new WebAssembly.Instance(module, imports()), module);
  };
  export const initSync = (options) => {
    module = options.module;
    __wbg_reset_state();
  };`,
  { format: "esm", minify: true, target: options.target },
);

await writeFile(shipped, code);
await writeFile(names, JSON.stringify(bundle.mangleCache));
