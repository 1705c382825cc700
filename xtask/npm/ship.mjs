// Turns the package's JavaScript into what ships:
//   node ship.mjs <package folder>
//
// `js/` becomes the one file `js.js`, with the glue that is made for it in the place of the usual one. Every other
// module stays a file of its own, minified.
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

for (const name of await readdir(folder)) {
  if (!name.endsWith(".js")) continue;
  const file = join(folder, name);
  const { code } = await esbuild.transform(await readFile(file, "utf8"), options);
  await writeFile(file, code);
}
