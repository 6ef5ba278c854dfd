/** What happened, and who was refused, newest first. */
import { word } from "../words.js";
import { fillCamera, keepRows, part } from "./rows.js";
import { showMoment } from "./times.js";

const eventRow = document.querySelector("template#event-row");
const refusalRow = document.querySelector("template#refusal-row");

function showFeed(name, template, items, fill) {
  keepRows(document.querySelector(`[data-${name}]`), template, items, (each) => each.id, fill);
  document.querySelector(`[data-no-${name}]`).hidden = items.length > 0;
}

export function showEvents(events) {
  showFeed("events", eventRow, events, (row, event) => {
    showMoment(part(row, "at"), event.at);
    fillCamera(row, event);
    const mark = part(row, "state");
    mark.dataset.state = event.new;
    mark.textContent = word(`stream.${event.new}`);
    part(row, "text").textContent = event.code === "live" ? "" : event.text; // the state says that
  });
}

/** `audited`: codes of the agencies whose holders the reader may know. */
export function showRefusals(refusals, audited) {
  showFeed("refusals", refusalRow, refusals, (row, refusal) => {
    showMoment(part(row, "at"), refusal.at);
    part(row, "text").textContent = refusal.text;
    part(row, "id").textContent = refusal.camera_id;
    part(row, "who").textContent = refusal.who ?? "";
    const button = part(row, "holders");
    button.dataset.holders = refusal.agency;
    button.hidden = refusal.code !== "agency_limit_reached" || !audited.has(refusal.agency);
  });
}
