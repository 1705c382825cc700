import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { testServerRuntime } from "./server-runtime.mjs";

// The binary itself: the package's own script would put it in place after the installation.
const BUILDS = ["", "-baseline"].map((build) => `bun-${process.platform}-${process.arch}${build}`);
const binaries = BUILDS.map((build) => fileURLToPath(new URL(`node_modules/@oven/${build}/bin/bun`, import.meta.url)));

testServerRuntime(import.meta.url, "Bun", () => [binaries.find(existsSync) ?? binaries[0], "run"]);
