import * as core from "./sandbox_core.js";

const load = async () => WebAssembly.compile((await import("./sandbox_inline.js")).default);

export const createSandbox = (options) => core.createSandbox(load, options);
