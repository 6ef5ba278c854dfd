/** Makes an element: `make("p", {className: "x", hidden: true}, child, "text")`. */
export function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/** An icon of one path, 24 × 24, drawn with the text's colour. `classes`: more of them, with spaces between. */
export function icon(path, classes = "") {
  const svg = document.createElementNS(SVG, "svg");
  const shape = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", `icon ${classes}`.trim());
  shape.setAttribute("d", path);
  svg.append(shape);
  return svg;
}
