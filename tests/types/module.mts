// Where `WebAssembly` is declared, a compiled module is accepted.
import { init } from "earnkit";

declare const module: WebAssembly.Module;
init(module);
