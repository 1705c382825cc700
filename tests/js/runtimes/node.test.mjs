import { testServerRuntime } from "./server-runtime.mjs";

testServerRuntime(import.meta.url, `Node.js ${process.versions.node}`, () => [process.execPath]);
