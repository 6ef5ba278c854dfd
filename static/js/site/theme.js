/**
 * The look of the pages: dark, light, contrast, or auto (as the system). Kept in the profile, a visitor's by this browser.
 *
 * `theme` is fired on the document after each change, for what is drawn with colours that it has read, such as plots.
 */
import { keepTheme } from "./preferences.js";

const root = document.documentElement;

export const THEMES = ["dark", "light", "contrast", "auto"];

export const current = () => root.dataset.theme || "dark";

export function choose(theme) {
  keepTheme(theme);
  show(theme);
}

function show(theme) {
  root.dataset.theme = theme;
  mark();
  document.dispatchEvent(new CustomEvent("theme", { detail: theme }));
}

function mark() {
  for (const button of document.querySelectorAll("[data-theme-set]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeSet === current()));
  }
}

export function keepThemeButtons() {
  mark();
  for (const button of document.querySelectorAll("[data-theme-set]")) {
    button.addEventListener("click", () => choose(button.dataset.themeSet));
  }
  matchMedia("(prefers-color-scheme: light)").addEventListener("change", () => {
    if (current() === "auto") document.dispatchEvent(new CustomEvent("theme", { detail: "auto" }));
  });
  // Another window of this browser has chosen.
  addEventListener("storage", ({ key, newValue }) => key === "theme" && THEMES.includes(newValue) && show(newValue));
}
