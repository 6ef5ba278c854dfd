/** One camera: its player, and the choice of quality, remembered. */
import "../camera-player.js";
import { keepMarks } from "../camera-marks.js";

const KEPT = "player-quality";
const player = document.querySelector("camera-player");
const quality = document.querySelector("[data-quality]");

keepMarks();

const kept = localStorage.getItem(KEPT);
if (quality && kept && [...quality.options].some(({ value }) => value === kept)) {
  quality.value = kept;
  player.setAttribute("quality", kept);
}
quality?.addEventListener("change", () => {
  localStorage.setItem(KEPT, quality.value);
  player.setAttribute("quality", quality.value);
});
