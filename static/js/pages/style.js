/** The style page: shows what only shows when it is called. */
import { open } from "../site/dialog.js";
import { toast } from "../site/toast.js";

for (const bar of document.querySelectorAll("[data-bar]")) bar.style.setProperty("--share", bar.dataset.bar);

const SHOW = {
  dialog: () => open(document.querySelector("[data-example]")),
  toast: ({ textContent, dataset }) => toast(textContent, { kind: dataset.kind }),
};
for (const button of document.querySelectorAll("[data-show]")) {
  button.addEventListener("click", () => SHOW[button.dataset.show](button));
}
