// A classic script, run before the first paint: a page must not flash in another theme. What the server knows of the
// reader stands in data-theme already; else what this browser keeps; else high contrast where the system asks for it;
// else dark, which the style sheet is without a word.
(() => {
  const root = document.documentElement;
  // Where the <html> is not ours, in the admin, what stands in it elsewhere is in a <meta>.
  Object.assign(root.dataset, document.querySelector("meta[name=reader]")?.dataset);
  if (root.dataset.theme) return; // a user's, from his profile
  const kept = localStorage.getItem("theme");
  if (["dark", "light", "contrast", "auto"].includes(kept)) root.dataset.theme = kept;
  else root.dataset.theme = matchMedia("(prefers-contrast: more)").matches ? "contrast" : "dark";
})();
