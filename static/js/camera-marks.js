import { cameraStates } from "./camera-states.js";
import { word } from "./words.js";

/**
 * Keeps the state marks of a page true: each `.state[data-camera-id]` gets the camera's state as `data-state`, its word,
 * and the reason, if any, as title.
 */
export function keepMarks(root = document) {
  cameraStates.listenAll(({ camera_id: id, state, text }) => {
    for (const mark of root.querySelectorAll(`.state[data-camera-id="${CSS.escape(id)}"]`)) {
      mark.dataset.state = state;
      mark.querySelector(".state-word").textContent = word(`camera.${state}`);
      mark.title = text ?? "";
    }
  });
}
