import { testServerRuntime } from "./server-runtime.mjs";

// Without --allow-read, and with no module that is not on the disk already.
const FLAGS = ["run", "--no-prompt", "--cached-only", "--allow-net=127.0.0.1", "--allow-env"];

testServerRuntime(import.meta.url, "Deno", (consumer) => [consumer.toolPath("deno"), ...FLAGS]);
