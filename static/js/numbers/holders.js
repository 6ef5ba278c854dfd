/** The dialog that says which cameras fill an agency's limit, and who watches them. */
import { call } from "../api.js";
import { word } from "../words.js";
import { fillCamera, keepRows, part } from "./rows.js";
import { showMoment } from "./times.js";
import { fillViewer } from "./viewers.js";

const dialog = document.querySelector("dialog[data-holders-dialog]");
const cameraRow = document.querySelector("template#holder-row");
const viewerRow = document.querySelector("template#holder-viewer-row");
let shown = null; // the agency's code while it is open
let asking = false;
let again = false;

function show(cameras) {
  keepRows(part(dialog, "cameras"), cameraRow, cameras, (each) => each.camera_id, (row, camera) => {
    fillCamera(row, camera);
    showMoment(part(row, "held"), camera.since);
    keepRows(part(row, "viewers"), viewerRow, camera.viewers, (each) => each.id, fillViewer);
  });
  part(dialog, "none").hidden = cameras.length > 0;
}

/** Asks for what `shown` names; once more where something changed meanwhile, and never twice at once. */
export async function refreshHolders() {
  if (!shown) return;
  again = asking;
  if (asking) return;
  asking = true;
  const code = shown;
  try {
    const cameras = await call("GET", `/agencies/${encodeURIComponent(code)}/holders`);
    if (shown === code) show(cameras);
    part(dialog, "trouble").hidden = true;
  } catch (error) {
    part(dialog, "trouble").textContent = error.detail || word("stats.lost");
    part(dialog, "trouble").hidden = false;
  } finally {
    asking = false;
  }
  if (again || (shown && shown !== code)) refreshHolders();
}

/** `name`: the agency's, in the reader's language. */
export function openHolders(code, name) {
  if (!dialog || shown === code) return;
  shown = code;
  part(dialog, "title").textContent = word("holders.title", { agency: name });
  part(dialog, "cameras").replaceChildren();
  part(dialog, "none").hidden = true;
  if (!dialog.open) dialog.showModal();
  refreshHolders();
}

dialog?.addEventListener("close", () => (shown = null));
part(dialog ?? document, "close")?.addEventListener("click", () => dialog.close());
