/** `<details data-menu>`: one open at a time, closed by a click elsewhere, by Escape, and by leaving it with Tab. */
function closeMenus(except) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (menu !== except) menu.open = false;
  }
}

export function keepMenus() {
  document.addEventListener("click", ({ target }) => closeMenus(target.closest("details[data-menu]")));
  document.addEventListener("focusin", ({ target }) => closeMenus(target.closest("details[data-menu]")));
  document.addEventListener("keydown", ({ key, target }) => {
    if (key !== "Escape") return;
    target.closest?.("details[data-menu][open]")?.querySelector("summary").focus();
    closeMenus(null);
  });
}
