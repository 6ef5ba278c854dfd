/**
 * Puts the icons that pages name, and no others, into one file: static/vendor/icons.svg, a <symbol> each.
 *
 * From Lucide (ISC), under Lucide's own names: https://lucide.dev/icons. A page shows one with parts/icon.html, a
 * script with static/js/site/icons.js.
 */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";

const NAMES = `
  activity arrow-right bell building-2 camera cctv chart-column check chevron-down chevron-left chevron-right chevron-up
  circle-check circle-help clock contrast copy database download ellipsis-vertical external-link eye eye-off grip-vertical
  history image-down info keyboard languages layout-grid layout-template lock log-out map-pin maximize maximize-2 minimize monitor
  moon octagon-alert palette pause pencil picture-in-picture-2 play plus refresh-cw rocket save search server-off
  settings-2 share-2 shield sliders-horizontal star sun trash-2 triangle-alert unplug user users video video-off
  volume-2 volume-x wifi wifi-off x zoom-in zoom-out
`;
const SOURCE = new URL("../../node_modules/lucide-static/", import.meta.url);
const TARGET = new URL("../../static/vendor/", import.meta.url);

/** What is inside Lucide's own <svg>; stroke and size are the page's business (.icon). */
function symbol(name) {
  const svg = readFileSync(new URL(`icons/${name}.svg`, SOURCE), "utf8");
  const shapes = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
  return `<symbol id="${name}" viewBox="0 0 24 24">${shapes.replace(/\s+/g, " ").trim()}</symbol>`;
}

const symbols = NAMES.trim().split(/\s+/).map(symbol);
mkdirSync(TARGET, { recursive: true });
writeFileSync(new URL("icons.svg", TARGET), `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`);
copyFileSync(new URL("LICENSE", SOURCE), new URL("icons.LICENSE", TARGET));
