/**
 * Makes an element. Strings become text nodes and nothing else, so that no text of a server can turn into markup.
 * `attributes` are set as attributes; `on` holds event listeners; `false`, `null` and `undefined` leave one out.
 */
export function el(name, { on = {}, ...attributes } = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    element.setAttribute(key, value === true ? "" : String(value));
  }
  for (const [type, listener] of Object.entries(on)) element.addEventListener(type, listener);
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Shows a text, or takes the element out of the page and of the accessibility tree. */
export function setText(element, text) {
  const value = text ?? "";
  if (element.textContent !== value) element.textContent = value;
  element.hidden = value === "";
}

export function setAttribute(element, name, value) {
  if (value === null || value === false) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? "true" : value);
}
