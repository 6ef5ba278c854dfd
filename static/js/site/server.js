/**
 * Whether our server answers, for the whole page.
 *
 * A socket that was lost and a device without network are only reasons to look: what counts is /healthz. `change`
 * (detail: {up, since}) is fired when two looks in a row failed, and when one succeeds again; `since` is when the first
 * doubt arose. Looks go on only while there is doubt, every two seconds.
 */
const LOOK_MS = 2_000;
const ANSWER_MS = 4_000;

async function answers() {
  try {
    const response = await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(ANSWER_MS) });
    return response.ok;
  } catch {
    return false;
  }
}

export class Server extends EventTarget {
  #up = true;
  #since = null;
  #timer = null;
  #looking = false;
  #failed = 0;
  #ask;

  constructor(ask = answers) {
    super();
    this.#ask = ask;
  }

  get up() {
    return this.#up;
  }

  get since() {
    return this.#since;
  }

  /** Something did not get through. */
  doubt() {
    this.#since ??= new Date();
    return this.look();
  }

  /** Looks now, and goes on until an answer comes. */
  async look() {
    if (this.#looking) return;
    this.#looking = true;
    clearTimeout(this.#timer);
    const good = await this.#ask();
    this.#looking = false;
    if (good) this.#answered();
    else this.#silent();
  }

  /** The page is left: nothing that closes now means anything. */
  leave() {
    clearTimeout(this.#timer);
    this.#looking = true;
  }

  /** The page is shown again from the browser's memory. */
  resume() {
    this.#looking = false;
    if (this.#up) this.#since = null;
  }

  #answered() {
    this.#failed = 0;
    const was = { up: this.#up, since: this.#since };
    this.#up = true;
    this.#since = null;
    if (!was.up) this.#tell(was.since);
  }

  #silent() {
    this.#failed += 1;
    this.#since ??= new Date();
    this.#timer = setTimeout(() => this.look(), LOOK_MS);
    if (!this.#up || this.#failed < 2) return;
    this.#up = false;
    this.#tell(this.#since);
  }

  #tell(since) {
    this.dispatchEvent(new CustomEvent("change", { detail: { up: this.#up, since } }));
  }
}

export const server = new Server();
