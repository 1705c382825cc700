import { fileURLToPath } from "node:url";

// Only because Next.js itself is installed two folders above this project, where the tests pin it.
const root = fileURLToPath(new URL("../../", import.meta.url));

export default { turbopack: { root }, outputFileTracingRoot: root };
