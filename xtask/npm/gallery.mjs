// Bundles the gallery's page in React: `node gallery.mjs <www/gallery/react>`.
import { join } from "node:path";
import * as esbuild from "esbuild";

const [folder] = process.argv.slice(2);

await esbuild.build({
  absWorkingDir: folder,
  entryPoints: [join(folder, "page.tsx")],
  outfile: join(folder, "page.js"),
  bundle: true,
  minify: true,
  format: "esm",
  jsx: "automatic",
  legalComments: "none",
  logLevel: "error",
  target: "es2022",
  define: { "process.env.NODE_ENV": '"production"' },
  plugins: [
    {
      // The page has the elements already, by the address that www/earnkit.js gives them.
      name: "elements",
      setup: ({ onResolve }) =>
        onResolve({ filter: /^earnkit\/element$/ }, () => ({ path: "../../pkg/element.js", external: true })),
    },
  ],
});
