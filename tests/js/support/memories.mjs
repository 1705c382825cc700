// To reach the memory of each instance of WebAssembly that is made from now on: import it before the package.

export const memories = [];

WebAssembly.Instance = class extends WebAssembly.Instance {
  constructor(...args) {
    super(...args);
    memories.push(this.exports.memory);
  }
};
