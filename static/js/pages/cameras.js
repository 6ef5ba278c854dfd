/** The list of cameras: marks that change by themselves, filters that apply as they are chosen. */
import { keepMarks } from "../camera-marks.js";

keepMarks();

const form = document.querySelector("[data-filters]");

for (const select of form?.querySelectorAll("select") ?? []) {
  select.addEventListener("change", () => form.requestSubmit());
}

// A filter that is not used should not be in the address.
form?.addEventListener("formdata", ({ formData }) => {
  for (const [name, value] of [...formData]) {
    if (!value) formData.delete(name);
  }
});
