import * as earnkit from "earnkit/js";

import { scenario } from "./scenario.mjs";

// Node's own fetch needs it, once.
await fetch(process.argv[2]);
// From here on whoever uses it fails.
delete globalThis.WebAssembly;
console.log(JSON.stringify(await scenario(earnkit, process.argv[2])));
