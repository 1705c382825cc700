// The page around the elements: its language, and whether it is dark.

/** Text is light where its luminance is above this: with black it then has more contrast than with white. */
const LIGHT_TEXT = 0.18;
/** What pages switch their theme by. */
const THEME_ATTRIBUTES = ["class", "style", "data-theme", "data-bs-theme", "data-color-scheme", "data-mode"];

const elements = new Set();
let observer;

const changed = () => {
  for (const element of elements) element.schedule();
};

/** Has an element drawn again whenever the page's language or colours may have changed. One watch serves all. */
export function watch(element) {
  elements.add(element);
  if (observer) return;
  observer = new MutationObserver(changed);
  observer.observe(document, { subtree: true, attributeFilter: ["lang"] });
  for (const part of document.querySelectorAll("html, body")) {
    observer.observe(part, { attributeFilter: ["lang", ...THEME_ATTRIBUTES] });
  }
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
  addEventListener("transitionend", ({ propertyName }) => propertyName === "color" && changed());
}

export const unwatch = (element) => elements.delete(element);

/** The language of an element, as the page says it. */
export function langOf(element) {
  const owner = element.closest("[lang]");
  if (owner) return owner.lang;
  const { host } = element.getRootNode();
  return host ? langOf(host) : navigator.language;
}

/**
 * Whether the text of an element is light, and so the page behind it dark. Colours come in many notations; the style
 * sheet has the browser turn this one into `color(srgb 0.9 0.9 0.9)`, in a property that shows nowhere.
 */
export function hasLightText(root) {
  const { columnRuleColor } = getComputedStyle(root);
  const [red, green, blue] = columnRuleColor
    .replace(/none/g, "0")
    .match(/-?[\d.]+(e-?\d+)?/g)
    .map((part) => Math.max(part / (columnRuleColor.startsWith("rgb") ? 255 : 1), 0) ** 2.2);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > LIGHT_TEXT;
}
