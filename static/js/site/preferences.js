/** Keeps what is chosen with a page's own switches: a user's in his profile, a visitor's in this browser. */
import { call } from "../api.js";

const { dataset } = document.documentElement;

/** `theme`: auto, dark, light or contrast. That the server is away takes nothing back from the page. Kept even if the page is left at once. */
export function keepTheme(theme) {
  if (!("digits" in dataset)) localStorage.setItem("theme", theme);
  else call("PATCH", "/preferences", { body: { theme }, keepalive: true }).catch(() => {});
}
