/**
 * Under a refusal for want of the agency's limit: the way to those who hold its cameras. The server names it (`holders`)
 * only to those who may know; everybody else is told which agency is full, and no more.
 */
import { word } from "../words.js";
import { make } from "./dom.js";

const CLASS = "cp-holders";

/** The page that shows them, or null where this refusal is none of these. */
export function holdersPage({ state, params = {} }) {
  const known = state === "refused" && params?.holders && params.agency;
  return known ? `/stats?holders=${encodeURIComponent(params.agency)}` : null;
}

document.addEventListener("player-state", ({ target, detail }) => {
  target.querySelector(`.${CLASS}`)?.remove();
  const href = holdersPage(detail);
  if (href) target.querySelector(".cp-words")?.append(make("a", { className: CLASS, href, textContent: word("player.holders") }));
});
