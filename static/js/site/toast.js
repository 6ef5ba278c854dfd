import { word } from "../words.js";
import { symbol } from "./icons.js";

const ICONS = { info: "info", good: "circle-check", warn: "triangle-alert", bad: "octagon-alert" };
const SHOWN_MS = 6_000;
const MOST = 4;
let region = null;

/** In the top layer, so that it is seen above dialogs and full screen; shown anew, so that it is the topmost. */
function shelf() {
  if (!region) {
    region = Object.assign(document.createElement("div"), { className: "toasts", popover: "manual" });
    region.setAttribute("role", "region");
    region.setAttribute("aria-label", word("site.messages"));
    document.body.append(region);
  }
  if (region.matches(":popover-open")) region.hidePopover();
  region.showPopover();
  return region;
}

/** The oldest that would have gone by itself, but not the one that has just come; else the oldest failure. */
function leastNeeded(place) {
  const old = [...place.children].slice(0, -1);
  return old.find((each) => each.dataset.kind !== "bad") ?? old[0];
}

function button(className, run, ...children) {
  const made = Object.assign(document.createElement("button"), { type: "button", className });
  made.append(...children);
  made.addEventListener("click", run);
  return made;
}

function body(text, kind, action, close) {
  const toast = Object.assign(document.createElement("div"), { className: "toast" });
  toast.dataset.kind = kind;
  toast.setAttribute("role", kind === "bad" ? "alert" : "status");
  const said = Object.assign(document.createElement("span"), { className: "toast-text", textContent: text });
  const shut = button("button quiet square compact", close, symbol("x"));
  shut.setAttribute("aria-label", word("site.close"));
  toast.append(symbol(ICONS[kind] ?? "info"), said);
  if (action) toast.append(button("button compact", () => (close(), action.run()), action.text));
  toast.append(shut);
  return toast;
}

/**
 * Says `text` in the corner. `kind`: info, good, warn, bad. `action`: {text, run}, a button. Returns what takes it away.
 *
 * It goes after six seconds, but not while somebody is at it, and never when it is bad: that has to be seen.
 */
export function toast(text, { kind = "info", action = null, ms = kind === "bad" ? 0 : SHOWN_MS } = {}) {
  let timer = null;
  const close = () => {
    clearTimeout(timer);
    shown.remove();
    if (!region.childElementCount) region.hidePopover();
  };
  const wait = () => {
    clearTimeout(timer);
    if (ms) timer = setTimeout(close, ms);
  };
  const shown = body(text, kind, action, close);
  for (const name of ["pointerenter", "focusin"]) shown.addEventListener(name, () => clearTimeout(timer));
  for (const name of ["pointerleave", "focusout"]) shown.addEventListener(name, wait);
  const place = shelf();
  place.append(shown);
  if (place.childElementCount > MOST) leastNeeded(place).remove();
  wait();
  return close;
}
