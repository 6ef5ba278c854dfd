import * as format from "./format.js";
import { fillCamera, keepRows, part } from "./numbers/rows.js";
import { word } from "./words.js";

const MOST_CAMERAS = 10;
const agencyRow = document.querySelector("template#agency-row");
const cameraRow = document.querySelector("template#camera-row");

/** `limit` null: no limit. A limit of nothing is full from the start. */
export function level(used, limit) {
  if (limit === null || limit === undefined) return "calm";
  if (used >= limit) return "full";
  return used >= limit * 0.8 ? "near" : "calm";
}

function fillAgency(row, { code, name, used, limit, viewers }, audited) {
  const limited = limit !== null && limit !== undefined;
  const how = level(used, limit);
  row.dataset.level = how;
  part(row, "name").textContent = name || code;
  part(row, "used").textContent = format.count(used);
  part(row, "limit").textContent = limited ? format.count(limit) : word("stats.unlimited");
  part(row, "viewers").textContent = format.count(viewers);
  part(row, "level").textContent = how === "calm" ? "" : word(`level.${how}`);
  part(row, "level").hidden = how === "calm";
  part(row, "holders").dataset.holders = code;
  part(row, "holders").hidden = used === 0 || !audited.has(code);
  const bar = part(row, "bar");
  bar.dataset.level = how;
  bar.setAttribute("aria-valuenow", used);
  bar.setAttribute("aria-valuemax", limited ? Math.max(limit, used) : Math.max(used, 1));
  bar.setAttribute("aria-valuetext", word("stats.of", { used: format.count(used), limit: part(row, "limit").textContent }));
  bar.setAttribute("aria-label", name || code);
  bar.style.setProperty("--share", limited && limit > 0 ? Math.min(1, used / limit) : Number(how === "full"));
}

function nameOf({ name_en: english, name_ar: arabic, camera_id: id }) {
  return (document.documentElement.lang.startsWith("ar") && arabic) || english || id;
}

function fillWatched(row, camera) {
  const { viewer_count: viewers, joined, paused = 0, stalled = 0, state } = camera;
  fillCamera(row, { ...camera, name: nameOf(camera) });
  part(row, "viewers").textContent = format.count(viewers);
  part(row, "joined").textContent = format.count(joined);
  part(row, "stalled").textContent = format.count(stalled);
  part(row, "paused").textContent = format.count(paused);
  const mark = part(row, "state");
  mark.dataset.state = state ?? "";
  mark.querySelector(".state-word").textContent = state ? word(`stream.${state}`) : "";
}

/** `audited`: codes of the agencies whose holders the reader may know. */
export function showStats({ active_streams: streams, total_viewers: viewers, agencies = [], camera_stats: cameras = [] }, audited = new Set()) {
  document.querySelector("[data-number=streams]").textContent = format.count(streams);
  document.querySelector("[data-number=viewers]").textContent = format.count(viewers);
  const watched = cameras.filter((each) => each.viewer_count > 0 || each.state);
  const top = watched.slice(0, MOST_CAMERAS);
  keepRows(document.querySelector("[data-agencies]"), agencyRow, agencies, (each) => each.code, (row, agency) => fillAgency(row, agency, audited));
  keepRows(document.querySelector("[data-cameras]"), cameraRow, top, (each) => each.camera_id, fillWatched);
  document.querySelector("[data-no-agencies]").hidden = agencies.length > 0;
  document.querySelector("[data-no-cameras]").hidden = watched.length > 0;
  document.querySelector("[data-camera-table]").hidden = watched.length === 0;
  const more = document.querySelector("[data-more-cameras]");
  more.hidden = watched.length <= top.length;
  more.textContent = word("stats.more", { count: format.count(watched.length - top.length) });
  document.querySelector("main").removeAttribute("aria-busy");
}
