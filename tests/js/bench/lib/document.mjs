// docs/PERFORMANCE.md, as measured.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";

import { packageUrl } from "../../support/package.mjs";
import { requireRuntime } from "../../support/runtimes/files.mjs";
import { PEERS, SIZE_ONLY } from "../peers/list.mjs";
import { missingFor, versionOf } from "./bundle.mjs";

export const section = ({ title, how }, { tables, goals, notes }) =>
  [`## ${title}`, how, ...tables, goals.map((line) => `- ${line}`).join("\n"), ...notes].filter(Boolean).join("\n\n");

/** How busy the machine was before. */
const [load] = loadavg();
const BUSY = `
**The machine was busy** with other work from the start: times are longer than they would be, some of them several times,
and ratios are rough.
`;

/** A version, or that there is none. */
function ask(find) {
  try {
    return find();
  } catch {
    return "not found";
  }
}

/** Debian's script warns of odd memory on the error output. */
const QUIET = { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] };

function versions() {
  const packages = Object.values({ ...PEERS, ...SIZE_ONLY })
    .filter((peer) => missingFor(peer).length === 0)
    .flatMap((peer) => peer.packages);
  const chromium = () => execFileSync(process.env.CHROMIUM ?? "/usr/bin/chromium", ["--version"], QUIET);
  return [
    `earnkit ${JSON.parse(readFileSync(new URL("package.json", packageUrl), "utf8")).version}`,
    `Node.js ${process.versions.node}`,
    ask(() => /\w+ [\d.]+/.exec(chromium())[0]),
    `workerd ${ask(() => requireRuntime("workerd/package.json").version)}`,
    ...[...new Set(packages)].map((name) => `${name} ${versionOf(name)}`),
  ];
}

const machine = () => {
  const [{ model }] = cpus();
  return `${cpus().length} cores (${model.trim()}), ${Math.round(totalmem() / 1e9)} GB, ${process.platform} ${process.arch}, load average ${load.toFixed(1)} at the start`;
};

export const compose = (sections) => `# Performance

Written by \`cargo xtask bench\`, which measures everything in one run: whoever is compared takes turns, figures are
medians, and a ratio is between two of them. Times differ from machine to machine; the ratios less. Goals stand beside
their results, also those that are missed. \`cargo xtask bench NAME\` prints a single table.

**Machine:** ${machine()}
${load > cpus().length ? BUSY : ""}
**Versions:** ${versions().join(" · ")}

${sections.join("\n\n")}
`;
