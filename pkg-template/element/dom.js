/**
 * Makes an element. Strings become text nodes and nothing else, so that no text of a server can turn into markup.
 * `attributes` are set as attributes, `part` as a class too; `false`, `null` and `undefined` leave one out.
 */
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) setAttribute(element, key, value);
  if (attributes.part) element.className = attributes.part;
  element.append(...children);
  return element;
}

/** Shows a text, or takes the element out of the page and of the accessibility tree. */
export function setText(element, text) {
  const value = text ?? "";
  if (element.textContent !== value) element.textContent = value;
  setHidden(element, value === "");
}

/** Changes nothing where nothing changes: each write would cost the page a new layout. */
export function setHidden(element, hidden) {
  if (element.hidden !== hidden) element.hidden = hidden;
}

export function setAttribute(element, name, value) {
  if (value === false || value === null || value === undefined) element.removeAttribute(name);
  else element.setAttribute(name, value);
}
