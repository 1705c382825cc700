// Turns the package's JavaScript into what ships:
//   node ship.mjs <package folder>
//
// `js/` becomes the one file `js.js`, with the glue that is made for it in the place of the usual one. `element/`
// becomes `element.js` over the entry for pages, `element_server.js`, and `element.min.js`, a script that holds all it
// needs. Every other module stays a file of its own, minified.
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as esbuild from "esbuild";

const folder = process.argv[2];
const options = { format: "esm", legalComments: "none", logLevel: "error", minify: true, target: "es2022" };

const withoutWebAssembly = join(folder, "js");
await esbuild.build({
  ...options,
  entryPoints: [join(withoutWebAssembly, "entry.js")],
  outfile: join(folder, "js.js"),
  bundle: true,
  platform: "neutral",
  inject: [join(withoutWebAssembly, "webassembly.js")],
  plugins: [
    {
      name: "glue",
      setup: ({ onResolve }) =>
        onResolve({ filter: /^\.\/glue\.js$/ }, () => ({ path: join(withoutWebAssembly, "glue.js") })),
    },
  ],
});
await rm(withoutWebAssembly, { recursive: true });

const elements = join(folder, "element");
/** The style sheet as a text, and the package itself as the file that `earnkit` stands for. */
const elementPlugin = (earnkit) => ({
  name: "element",
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^earnkit$/ }, () => earnkit);
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
