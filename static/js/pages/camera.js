/** One camera and its player. */
import "../camera-player.js";
import { keepMarks } from "../camera-marks.js";
import "../player/holders-link.js";

keepMarks();
