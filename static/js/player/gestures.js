import { dragged, zoomed } from "./zoom-rules.js";

const LINE_PX = 16;
const PER_PX = 0.002; // a notch of a wheel, 100 to 120 pixels, is a fifth more
const MOST_PX = 200; // of one event

/**
 * Wheel, drag and pinch on a surface. `lens` has `view`, settable. The wheel is the page's where `lens.eager` is false,
 * unless Ctrl is held (so browsers tell a pinch on a touchpad) or the picture is zoomed already.
 */
export class Gestures {
  #surface;
  #lens;
  #pointers = new Map(); // id → {x, y}, of those that are down

  constructor(surface, lens) {
    this.#surface = surface;
    this.#lens = lens;
    surface.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    surface.addEventListener("pointerdown", (event) => this.#down(event));
    surface.addEventListener("pointermove", (event) => this.#move(event));
    for (const end of ["pointerup", "pointercancel"]) {
      surface.addEventListener(end, ({ pointerId }) => this.#pointers.delete(pointerId));
    }
  }

  #wheel(event) {
    const { view } = this.#lens;
    const pixels = event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE_PX : 1);
    if (!pixels || !(this.#lens.eager || event.ctrlKey || view.scale > 1)) return;
    if (view.scale === 1 && pixels > 0 && !event.ctrlKey) return; // nothing to zoom out of: the page may scroll
    event.preventDefault();
    const step = Math.max(-MOST_PX, Math.min(MOST_PX, pixels));
    this.#lens.view = zoomed(view, view.scale * Math.exp(-step * PER_PX * (event.ctrlKey ? 3 : 1)), this.#place(event));
  }

  #down(event) {
    if (event.button !== 0 || (event.pointerType === "mouse" && this.#lens.view.scale === 1)) return;
    this.#pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    this.#surface.setPointerCapture(event.pointerId);
    if (this.#lens.view.scale > 1) event.stopPropagation(); // or a tile would be dragged along
  }

  #move(event) {
    const before = this.#pointers.get(event.pointerId);
    if (!before) return;
    const now = { x: event.clientX, y: event.clientY };
    const other = [...this.#pointers].find(([id]) => id !== event.pointerId)?.[1];
    this.#pointers.set(event.pointerId, now);
    if (other) this.#pinch(other, before, now);
    else if (this.#lens.view.scale > 1) this.#drag(now.x - before.x, now.y - before.y);
  }

  #drag(dx, dy) {
    const { width, height } = this.#surface.getBoundingClientRect();
    this.#lens.view = dragged(this.#lens.view, dx / width, dy / height);
  }

  /** The fingers' distance scales, their middle drags. */
  #pinch(other, before, now) {
    const apart = (finger) => Math.max(1, Math.hypot(finger.x - other.x, finger.y - other.y));
    const middle = { clientX: (now.x + other.x) / 2, clientY: (now.y + other.y) / 2 };
    const { view } = this.#lens;
    this.#lens.view = zoomed(view, (view.scale * apart(now)) / apart(before), this.#place(middle));
    this.#drag((now.x - before.x) / 2, (now.y - before.y) / 2);
  }

  #place({ clientX, clientY }) {
    const { x, y, width, height } = this.#surface.getBoundingClientRect();
    return { x: (clientX - x) / width, y: (clientY - y) / height };
  }
}
