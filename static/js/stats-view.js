import * as format from "./format.js";
import { word } from "./words.js";

const agencyRow = document.querySelector("template#agency-row");
const cameraRow = document.querySelector("template#camera-row");
const detailAddress = document.querySelector("[data-camera-url]")?.dataset.cameraUrl ?? "";

const part = (root, name) => root.querySelector(`[data-part="${name}"]`);

/** Rows are kept by key, so that a change moves one number and nothing flickers. */
function keepRows(body, template, items, keyOf, fill) {
  const rows = new Map([...body.querySelectorAll("[data-key]")].map((row) => [row.dataset.key, row]));
  items.forEach((item, index) => {
    const key = keyOf(item);
    const row = rows.get(key) ?? template.content.firstElementChild.cloneNode(true);
    rows.delete(key);
    row.dataset.key = key;
    fill(row, item);
    if (body.children[index] !== row) body.insertBefore(row, body.children[index] ?? null);
  });
  for (const gone of rows.values()) gone.remove();
}

/** `limit` null: no limit. */
function level(used, limit) {
  if (limit === null || limit === undefined) return "calm";
  if (used >= limit) return "full";
  return used >= limit * 0.8 ? "near" : "calm";
}

function fillAgency(row, { code, name, used, limit, viewers }) {
  const limited = limit !== null && limit !== undefined;
  part(row, "name").textContent = name || code;
  part(row, "used").textContent = format.count(used);
  part(row, "limit").textContent = limited ? format.count(limit) : word("stats.unlimited");
  part(row, "viewers").textContent = format.count(viewers);
  const bar = part(row, "bar");
  bar.dataset.level = level(used, limit);
  bar.setAttribute("aria-valuenow", used);
  bar.setAttribute("aria-valuemax", limited ? limit : Math.max(used, 1));
  bar.setAttribute("aria-label", name || code);
  bar.style.setProperty("--share", limited && limit > 0 ? Math.min(1, used / limit) : 0);
}

function nameOf({ name_en: english, name_ar: arabic, camera_id: id }) {
  return (document.documentElement.lang === "ar" && arabic) || english || id;
}

function fillCamera(row, camera) {
  const { camera_id: id, viewer_count: viewers, joined, state } = camera;
  const link = part(row, "name");
  link.textContent = nameOf(camera);
  link.href = detailAddress.replace("CAMERA", encodeURIComponent(id));
  part(row, "id").textContent = id;
  part(row, "viewers").textContent = format.count(viewers);
  part(row, "joined").textContent = format.count(joined);
  const mark = part(row, "state");
  mark.dataset.state = state ?? "";
  mark.querySelector(".state-word").textContent = state ? word(`stream.${state}`) : "";
}

export function showStats({ active_streams: streams, total_viewers: viewers, agencies = [], camera_stats: cameras = [] }) {
  document.querySelector("[data-number=streams]").textContent = format.count(streams);
  document.querySelector("[data-number=viewers]").textContent = format.count(viewers);
  const watched = cameras.filter((each) => each.viewer_count > 0 || each.state);
  keepRows(document.querySelector("[data-agencies]"), agencyRow, agencies, (each) => each.code, fillAgency);
  keepRows(document.querySelector("[data-cameras]"), cameraRow, watched, (each) => each.camera_id, fillCamera);
  document.querySelector("[data-no-agencies]").hidden = agencies.length > 0;
  document.querySelector("[data-no-cameras]").hidden = watched.length > 0;
  document.querySelector("[data-camera-table]").hidden = watched.length === 0;
  document.querySelector("main").removeAttribute("aria-busy");
}
