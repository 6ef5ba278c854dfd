/** Who watches now: of agencies where the reader may know. */
import * as format from "../format.js";
import { word } from "../words.js";
import { fillCamera, keepRows, part } from "./rows.js";
import { showMoment } from "./times.js";

const template = document.querySelector("template#viewer-row");
const body = document.querySelector("[data-viewers]");

/** What it asked for, and which stream of the camera that is now. */
export const qualityOf = ({ quality, layer }) =>
  quality === layer ? word(`quality.${quality}`) : word("quality.both", { asked: word(`quality.${quality}`), given: word(`quality.${layer}`) });

export function fillViewer(row, viewer) {
  part(row, "who").textContent = viewer.who;
  showMoment(part(row, "since"), viewer.since);
  part(row, "quality").textContent = qualityOf(viewer);
  part(row, "transport").textContent = word(`transport.${viewer.transport}`);
  const mark = part(row, "state");
  mark.dataset.picture = viewer.state;
  mark.textContent = word(`picture.${viewer.state}`);
}

/** `all`: how many there are; the server names only the newest of very many. */
export function showViewers(viewers, all) {
  if (!body) return;
  keepRows(body, template, viewers, (each) => each.id, (row, viewer) => {
    fillCamera(row, viewer);
    fillViewer(row, viewer);
  });
  document.querySelector("[data-viewer-table]").hidden = viewers.length === 0;
  document.querySelector("[data-no-viewers]").hidden = viewers.length > 0;
  const more = document.querySelector("[data-more-viewers]");
  more.hidden = all <= viewers.length;
  more.textContent = word("stats.more", { count: format.count(all - viewers.length) });
}
