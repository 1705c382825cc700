import * as earnkit from "earnkit";

import { scenario } from "./scenario.mjs";

console.log(JSON.stringify(await scenario(earnkit, process.argv[2])));
