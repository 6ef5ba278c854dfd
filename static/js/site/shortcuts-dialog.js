import { hasWord, word } from "../words.js";

const make = (tag, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
};

function cap(key) {
  if (key === "–" || key === "+") return key;
  const textContent = hasWord(`key.${key}`) ? word(`key.${key}`) : key.toUpperCase();
  return make("kbd", { className: "kbd", textContent });
}

function keysOf(caps) {
  const cell = make("dt", { dir: "ltr" });
  caps.forEach((key, index) => cell.append(index ? " " : "", cap(key)));
  return cell;
}

/** A modal list of what the keys do on this page; made when first asked for. */
export class ShortcutsDialog {
  #list;
  #enabled;
  #enable;
  #dialog = null;
  #rows = make("dl", { className: "shortcuts" });
  #on = make("input", { type: "checkbox" });

  constructor({ list, enabled, enable }) {
    this.#list = list;
    this.#enabled = enabled;
    this.#enable = enable;
  }

  show() {
    this.#dialog ??= this.#make();
    this.#rows.replaceChildren(
      ...this.#list().map(({ caps, text }) => make("div", {}, keysOf(caps), make("dd", { textContent: text }))),
    );
    this.#on.checked = this.#enabled();
    this.#dialog.showModal();
  }

  #make() {
    const title = make("h2", { id: "shortcuts-title", textContent: word("shortcuts.title") });
    const close = make("button", { type: "button", className: "button", autofocus: true, textContent: word("shortcuts.close") });
    const choice = make("label", { className: "shortcuts-on" }, this.#on, word("shortcuts.on"));
    const dialog = make(
      "dialog",
      { className: "dialog" },
      make("header", { className: "dialog-head" }, title),
      make("div", { className: "dialog-body" }, this.#rows, choice),
      make("footer", { className: "dialog-foot" }, close),
    );
    dialog.setAttribute("aria-labelledby", title.id);
    close.addEventListener("click", () => dialog.close());
    this.#on.addEventListener("change", () => this.#enable(this.#on.checked));
    document.body.append(dialog);
    return dialog;
  }
}
