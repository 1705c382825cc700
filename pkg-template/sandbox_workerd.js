import wasm from "./sandbox.wasm";
import * as core from "./sandbox_core.js";

export const createSandbox = (options) => core.createSandbox(() => wasm, options);
