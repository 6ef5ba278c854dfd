const SVG = "http://www.w3.org/2000/svg";

/** An icon of the set (deploy/web/icons.mjs) by its Lucide name. `classes`: more of them, with spaces between. */
export function symbol(name, classes = "") {
  const file = document.querySelector("meta[name=icons]")?.content ?? "";
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${file}#${name}`);
  svg.setAttribute("class", `icon ${classes}`.trim());
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}
