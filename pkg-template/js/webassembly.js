import { instantiate } from "./program.js";

/** Stands in for the global of this name: the build puts it wherever `earnkit/js` names that. */
export const WebAssembly = {
  Instance: class {
    constructor(_module, imports) {
      this.exports = instantiate(imports);
    }
  },
};
