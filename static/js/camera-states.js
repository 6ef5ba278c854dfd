import { LiveSocket } from "./live-socket.js";

/**
 * Which cameras come and go, for everyone in the page over one socket. `message` events carry
 * {camera_id, state, since, code, text}; `back` comes when the socket was lost and news may have been missed.
 */
class CameraStates extends EventTarget {
  #socket = null;
  #wasUp = false;

  /** Listens until `signal` aborts. The socket is opened at the first listener and then stays. */
  listen(cameraId, { onState, onMissed, signal }) {
    this.#open();
    const heard = ({ detail }) => detail.camera_id === cameraId && onState(detail);
    this.addEventListener("message", heard, { signal });
    this.addEventListener("back", onMissed, { signal });
  }

  listenAll(onState) {
    this.#open();
    this.addEventListener("message", ({ detail }) => onState(detail));
  }

  #open() {
    if (this.#socket) return;
    this.#socket = new LiveSocket("/ws/cameras");
    this.#socket.addEventListener("message", ({ detail }) => {
      if (detail.type === "camera") this.dispatchEvent(new CustomEvent("message", { detail }));
    });
    this.#socket.addEventListener("up", () => {
      if (this.#wasUp) this.dispatchEvent(new Event("back"));
      this.#wasUp = true;
    });
    this.#socket.open();
  }
}

export const cameraStates = new CameraStates();
