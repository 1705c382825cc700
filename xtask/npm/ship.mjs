// Turns the package's JavaScript into what ships:
//   node ship.mjs <package folder>
//
// `js/` becomes the one file `js.js`, and `gateway/` one file for each kind of runtime, with the glue that is made for
// them in the place of the usual one. `element/` becomes `element.js` over the entry for pages, `element_server.js`, and
// `element.min.js`, a script that holds all it needs. Every other module stays a file of its own, minified.
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import * as esbuild from "esbuild";

const folder = process.argv[2];
const options = { format: "esm", legalComments: "none", logLevel: "error", minify: true, target: "es2022" };

/** Puts an entry and what it imports into one file, over its own glue. What is `external` lies beside that file. */
const bundle = (entry, outfile, glue, { external = /^$/, inject = [] } = {}) =>
  esbuild.build({
    ...options,
    entryPoints: [join(folder, entry)],
    outfile: join(folder, outfile),
    bundle: true,
    platform: "neutral",
    inject: inject.map((file) => join(folder, file)),
    plugins: [
      {
        name: "glue",
        setup({ onResolve }) {
          onResolve({ filter: /^\.\.?\/glue\.js$/ }, () => ({ path: join(folder, glue) }));
          onResolve({ filter: external }, ({ path }) => ({ path: `./${basename(path)}`, external: true }));
        },
      },
    ],
  });

await bundle("js/entry.js", "js.js", "glue.js", { inject: ["js/webassembly.js"] });
await rm(join(folder, "js"), { recursive: true });

const external = /\/(gateway\.wasm|gateway_inline\.js|inline\.js)$/;
await bundle("gateway/workerd.js", "gateway_workerd.js", "gateway_glue.js", { external });
await bundle("gateway/server.js", "gateway.js", "gateway_glue.js", { external });
await rm(join(folder, "gateway"), { recursive: true });
await rm(join(folder, "gateway_glue.js"));

const elements = join(folder, "element");

/** The texts of a language without their keys, which all languages have in common: that saves 460 bytes of brotli. */
async function packTexts(path) {
  const load = async (file) => (await import(pathToFileURL(file))).default;
  const english = join(elements, "languages/en.js");
  const [texts, keys] = [await load(path), Object.keys(await load(english))];
  const all = JSON.stringify(keys.map((key) => texts[key]).join("\n"));
  if (path !== english) return `import { named } from "./en.js"; export default named(${all});`;
  return `const keys = ${JSON.stringify(keys.join(" "))}.split(" ");
    export function named(all) {
      const texts = all.split("\\n");
      return Object.fromEntries(keys.map((key, index) => [key, texts[index]]));
    }
    export default named(${all});`;
}

/** The style sheet as a text, and the package itself as the file that `earnkit` stands for. */
const elementPlugin = (earnkit) => ({
  name: "element",
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^earnkit$/ }, () => earnkit);
    onLoad({ filter: /[\\/]languages[\\/]\w+\.js$/ }, async ({ path }) => ({
      contents: await packTexts(path),
      resolveDir: dirname(path),
    }));
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await esbuild.transform(await readFile(path, "utf8"), { loader: "css", minify: true });
      return { contents: code.trim(), loader: "text" };
    });
  },
});
for (const [source, outfile, earnkit, format] of [
  ["entry.js", "element.js", { path: "./browser.js", external: true }, "esm"],
  ["server.js", "element_server.js", undefined, "esm"],
  ["entry.js", "element.min.js", { path: join(folder, "server.js") }, "iife"],
]) {
  await esbuild.build({
    ...options,
    entryPoints: [join(elements, source)],
    outfile: join(folder, outfile),
    bundle: true,
    // Modules are UTF-8; a script is what its page is.
    charset: format === "esm" ? "utf8" : "ascii",
    format,
    plugins: [elementPlugin(earnkit)],
  });
}
for (const name of await readdir(elements)) {
  if (!name.endsWith(".d.ts")) await rm(join(elements, name), { recursive: true });
}

for (const name of await readdir(folder)) {
  if (!name.endsWith(".js")) continue;
  const file = join(folder, name);
  const { code } = await esbuild.transform(await readFile(file, "utf8"), options);
  await writeFile(file, code);
}
