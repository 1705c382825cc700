// There is no HTMLElement on a server: the tags stay as they are, with what the store renders between them.
export { describeError, describeRule, renderRules } from "./markup.js";
