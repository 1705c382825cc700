// The switches in the header: who visits, which programme, which colours.
const THEME_KEY = "theme";

export function mountHeader({ root, state, onVisitor }) {
  const visitor = root.querySelector("[data-visitor]");
  const programme = root.querySelector("[data-programme]");
  const theme = root.querySelector("[data-theme-choice]");

  visitor.addEventListener("change", (event) => onVisitor(event.target.value));
  programme.addEventListener("change", () => state.set({ programme: programme.value }));
  theme.value = document.documentElement.dataset.theme ?? "auto";
  theme.addEventListener("change", () => applyTheme(theme.value));

  state.subscribe((current) => {
    programme.value = current.programme;
    const customer = current.visitor === "customer" || current.visitor === "arriving";
    visitor.querySelector(`[value="${customer ? "customer" : "guest"}"]`).checked = true;
  });
}

function applyTheme(choice) {
  if (choice === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = choice;
  try {
    if (choice === "auto") localStorage.removeItem(THEME_KEY);
    else localStorage.setItem(THEME_KEY, choice);
  } catch {
    // Storage may be forbidden; the choice then lasts until the page is left.
  }
}
