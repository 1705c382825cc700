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

/** Whether an element's text is light, and so the page behind it dark. */
export function hasLightText(element) {
  const { color } = getComputedStyle(element);
  const [first, ...others] = color.match(/[\d.]+(e-\d+)?/g).map(Number);
  // Lightness comes first in lab(), lch(), oklab() and oklch().
  if (color.startsWith("l")) return first > 50;
  if (color.startsWith("ok")) return first > 0.57;
  const scale = color.startsWith("rgb") ? 255 : 1;
  const [red, green, blue] = [first, ...others].map((part) => (part / scale) ** 2.2);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > LIGHT_TEXT;
}
