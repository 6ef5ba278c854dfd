import { word } from "../words.js";
import { symbol } from "./icons.js";

/** A click on the veil, or on what has `data-close`, closes it; Escape does by itself. */
function closeByHand(event) {
  const dialog = event.currentTarget;
  if (event.target === dialog || event.target.closest("[data-close]")) dialog.close("");
}

/** Shows a `<dialog class="dialog">`; resolves to its return value when it closes: "" when it was dismissed. */
export function open(dialog) {
  dialog.returnValue = "";
  dialog.addEventListener("click", closeByHand);
  dialog.showModal();
  return new Promise((done) => {
    dialog.addEventListener("close", () => {
      dialog.removeEventListener("click", closeByHand);
      done(dialog.returnValue);
    }, { once: true });
  });
}

function part(tag, className, ...children) {
  const made = document.createElement(tag);
  made.className = className;
  made.append(...children);
  return made;
}

/** A dialog with a title, what stands in it, and buttons; the caller opens it and removes it. */
export function build(title, nodes, buttons = []) {
  const heading = part("h2", "", title);
  heading.id = `dialog-${Math.random().toString(36).slice(2)}`;
  const shut = part("button", "button quiet square compact", symbol("x"));
  shut.type = "button";
  shut.dataset.close = "";
  shut.setAttribute("aria-label", word("site.close"));
  const dialog = part("dialog", "dialog", part("header", "dialog-head", heading, shut), part("div", "dialog-body", ...nodes));
  dialog.setAttribute("aria-labelledby", heading.id);
  if (buttons.length) dialog.append(part("footer", "dialog-foot", ...buttons));
  document.body.append(dialog);
  return dialog;
}

/** Asks; resolves to whether it was affirmed. `yes` is the word on the button that does it. */
export async function confirm({ title, text, yes, danger = false }) {
  const no = part("button", "button", word("site.cancel"));
  const go = part("button", `button primary${danger ? " danger" : ""}`, yes);
  no.type = go.type = "button";
  no.dataset.close = "";
  const dialog = build(title, [part("p", "", text)], [no, go]);
  go.addEventListener("click", () => dialog.close("yes"));
  const answer = open(dialog);
  (danger ? no : go).focus();
  try {
    return (await answer) === "yes";
  } finally {
    dialog.remove();
  }
}
