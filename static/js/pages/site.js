/** What every page has: the theme switch, the menus and the keyboard's shortcuts. */
import { keepTheme } from "../site/preferences.js";
import { keepShortcuts } from "../site/shortcuts.js";

keepShortcuts();

const root = document.documentElement;
const themeButton = document.querySelector("[data-theme-toggle]");

function isDark() {
  if (root.dataset.theme && root.dataset.theme !== "auto") return root.dataset.theme === "dark";
  return matchMedia("(prefers-color-scheme: dark)").matches;
}

themeButton?.addEventListener("click", () => {
  root.dataset.theme = isDark() ? "light" : "dark";
  keepTheme(root.dataset.theme);
});

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (menu !== except) menu.open = false;
  }
}

document.addEventListener("click", ({ target }) => closeMenus(target.closest("details[data-menu]")));
document.addEventListener("keydown", ({ key, target }) => {
  if (key !== "Escape") return;
  target.closest?.("details[data-menu]")?.querySelector("summary").focus();
  closeMenus(null);
});
