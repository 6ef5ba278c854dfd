/** One camera and its player, whose keys count all over the page. */
import "../camera-player.js";
import { keepMarks } from "../camera-marks.js";
import "../player/holders-link.js";

keepMarks();

document.addEventListener("keydown", (event) => document.querySelector("camera-player")?.key(event));
