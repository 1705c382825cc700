import { testServerRuntime } from "../server-runtime.mjs";

testServerRuntime(import.meta.url, "Node.js 24", (consumer) => [consumer.toolPath("node")]);
