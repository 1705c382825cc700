// The one place that says where the package is: static hosting is this folder with `pkg/` copied beside this file.
export * from "./pkg/browser.js";
// Defines <earnkit-rules> and <earnkit-estimate>.
export { describeError } from "./pkg/element.js";

/** Loaded only for `?sandbox`, so that a page with real servers never downloads it. */
export const loadSandbox = () => import("./pkg/sandbox.js");
