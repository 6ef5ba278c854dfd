import { make } from "./dom.js";

/**
 * A button with a menu of choices, one of them made: `menuitemradio` in the manner of WAI-ARIA's practices.
 *
 * `choose(value)` is called with what was chosen. `show(choices, chosen)`: [{value, text}], and the value in force.
 */
export class Menu {
  button = make("button", { type: "button" });
  #list = make("div", { className: "cp-menu", hidden: true });
  node = make("span", { className: "cp-menu-place" }, this.button, this.#list);
  #choose;
  #shown = "";
  #changing = false;

  constructor({ label, choose }) {
    this.#choose = choose;
    this.button.setAttribute("aria-haspopup", "menu");
    this.#list.setAttribute("role", "menu");
    this.#list.setAttribute("aria-label", label);
    this.button.addEventListener("click", () => this.#toggle(this.#list.hidden));
    this.node.addEventListener("keydown", (event) => this.#key(event));
    this.node.addEventListener("focusout", ({ relatedTarget }) => {
      if (!this.#changing && !this.node.contains(relatedTarget)) this.#toggle(false, { focus: false });
    });
    this.#toggle(false, { focus: false });
  }

  show(choices, chosen) {
    const shown = JSON.stringify([choices, chosen]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    const at = this.#items.indexOf(document.activeElement);
    this.#changing = true; // an open menu stays open, and the focus in it
    this.#list.replaceChildren(...choices.map(({ value, text }) => this.#item(value, text, value === chosen)));
    if (at >= 0) (this.#items[at] ?? this.button).focus();
    this.#changing = false;
  }

  get #items() {
    return [...this.#list.children];
  }

  #item(value, text, checked) {
    const item = make("button", { type: "button", className: "cp-choice", tabIndex: -1, textContent: text });
    item.setAttribute("role", "menuitemradio");
    item.setAttribute("aria-checked", String(checked));
    item.addEventListener("click", () => {
      this.#toggle(false);
      this.#choose(value);
    });
    return item;
  }

  #toggle(open, { focus = true } = {}) {
    this.#list.hidden = !open;
    this.button.setAttribute("aria-expanded", String(open));
    if (!focus) return;
    const chosen = this.#items.find((each) => each.getAttribute("aria-checked") === "true");
    (open ? (chosen ?? this.#items[0]) : this.button)?.focus();
  }

  #key(event) {
    const open = !this.#list.hidden;
    if (event.key === "Escape" && open) this.#toggle(false);
    else if (["ArrowDown", "ArrowUp"].includes(event.key)) open ? this.#step(event.key === "ArrowDown" ? 1 : -1) : this.#toggle(true);
    else if (["Home", "End"].includes(event.key) && open) this.#items.at(event.key === "Home" ? 0 : -1)?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #step(by) {
    const items = this.#items;
    items[(items.indexOf(document.activeElement) + by + items.length) % items.length]?.focus();
  }
}
