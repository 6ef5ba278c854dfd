// A classic script, run before the first paint: a page must not flash in the other theme.
(() => {
  if (document.documentElement.dataset.theme) return; // a user's, from his profile
  const kept = localStorage.getItem("theme");
  if (kept === "dark" || kept === "light") document.documentElement.dataset.theme = kept;
})();
