// Turns the glue that wasm-bindgen generates into the one that ships:
//   node glue.mjs <generated.js> <shipped.js> <names.json>
//
// - The default loader goes. It names `Response` and `Request`, which makes Node load its whole fetch implementation.
// - Everything is minified. The names that only glue and WebAssembly share are long and end in a hash; what each has
//   become is written to names.json, for the module to follow.
import { writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import * as esbuild from "esbuild";

const [generated, shipped, names] = process.argv.slice(2);

const { outputFiles, mangleCache } = await esbuild.build({
  // `export *` leaves out the default export, and so what only the default loader uses is dropped.
  stdin: { contents: `export * from ${JSON.stringify(generated)};`, resolveDir: dirname(generated) },
  bundle: true,
  format: "esm",
  logLevel: "error",
  minify: true,
  platform: "neutral",
  target: "es2022",
  write: false,
  mangleProps: /^(__wbg_|__wbindgen_|__externref_|wasm_bindgen__)/,
  // Fields of the objects that JavaScript holds, and not names of the module.
  reserveProps: /^__wbg_(ptr|inst)$/,
  mangleCache: {},
});

await writeFile(shipped, outputFiles[0].contents);
await writeFile(names, JSON.stringify(mangleCache));
