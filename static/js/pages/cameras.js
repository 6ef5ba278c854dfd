/** The list of cameras: marks that change by themselves, filters that apply as they are chosen, `/` to search. */
import { keepMarks } from "../camera-marks.js";

keepMarks();

const form = document.querySelector("[data-filters]");
const search = form?.querySelector("input[type=search]");

for (const select of form?.querySelectorAll("select") ?? []) {
  select.addEventListener("change", () => form.requestSubmit());
}

// A filter that is not used should not be in the address.
form?.addEventListener("formdata", ({ formData }) => {
  for (const [name, value] of [...formData]) {
    if (!value) formData.delete(name);
  }
});

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, select, textarea, [contenteditable]");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  search?.focus();
});
