/** In the order of the document. */
export const TABLES = {
  bytes: () => import("./bytes.mjs"),
  "first-result": () => import("./first-result.mjs"),
  "cold-start": () => import("./cold-start.mjs"),
  overhead: () => import("./overhead.mjs"),
  decoding: () => import("./decoding.mjs"),
  estimating: () => import("./estimating.mjs"),
  memory: () => import("./memory.mjs"),
  growth: () => import("./growth.mjs"),
  gateway: () => import("./gateway.mjs"),
};
