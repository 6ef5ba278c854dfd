const IDLE_MS = 3_000;
const STIRS = ["pointermove", "pointerdown", "keydown", "focusin"];

/** Marks an element `is-idle` when nobody has touched pointer or keys for three seconds: in full screen, tools go away. */
export class Idle {
  #element;
  #timer = null;
  #stir = () => this.#stirred();

  constructor(element) {
    this.#element = element;
  }

  set on(on) {
    const change = on ? "addEventListener" : "removeEventListener";
    for (const event of STIRS) this.#element[change](event, this.#stir);
    this.#stirred();
    if (!on) clearTimeout(this.#timer);
  }

  #stirred() {
    clearTimeout(this.#timer);
    this.#element.classList.remove("is-idle");
    this.#timer = setTimeout(() => this.#element.classList.add("is-idle"), IDLE_MS);
  }
}
