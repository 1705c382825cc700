import { EarnkitEstimate } from "./estimate.js";
import { EarnkitRules } from "./rules.js";

export { describeError, describeRule, renderRules } from "./markup.js";

// A page may load this twice: as two versions, or as a module and as a script.
for (const [name, Class] of Object.entries({ "earnkit-rules": EarnkitRules, "earnkit-estimate": EarnkitEstimate })) {
  if (!customElements.get(name)) customElements.define(name, Class);
}
