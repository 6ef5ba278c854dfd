const HIDDEN_GRACE_MS = 300; // a tab flicked past does not cost a reconnection
const OFF_SCREEN_GRACE_MS = 1_000; // nor does a tile that is scrolled past
const MARGIN = "120px"; // a tile about to come into view is fetched already

/**
 * Whether a picture can be seen at all. `cause`: `hidden` (the page is), `off_screen` (scrolled out of view, or not
 * shown), or null. Until the browser has said where the element is, it counts as seen; so does a picture in a window of
 * its own.
 *
 * Event: `change`; at once when it can be seen again, after a grace when not.
 */
export class Visible extends EventTarget {
  cause;
  #video;
  #onScreen = true;
  #timer = null;
  #life = new AbortController();
  #observer = new IntersectionObserver((entries) => this.#moved(entries.at(-1)), { rootMargin: MARGIN });

  constructor(element, video) {
    super();
    this.#video = video;
    this.cause = this.#now();
    const { signal } = this.#life;
    const look = () => this.#look();
    document.addEventListener("visibilitychange", look, { signal });
    for (const event of ["enterpictureinpicture", "leavepictureinpicture"]) video.addEventListener(event, look, { signal });
    this.#observer.observe(element);
  }

  close() {
    clearTimeout(this.#timer);
    this.#life.abort();
    this.#observer.disconnect();
  }

  #now() {
    if (document.pictureInPictureElement === this.#video) return null;
    if (document.hidden) return "hidden";
    return this.#onScreen ? null : "off_screen";
  }

  #moved({ isIntersecting }) {
    this.#onScreen = isIntersecting;
    this.#look();
  }

  #look() {
    clearTimeout(this.#timer);
    const now = this.#now();
    if (now === this.cause) return;
    if (now === null || this.cause !== null) this.#tell(now);
    else this.#timer = setTimeout(() => this.#tell(now), now === "hidden" ? HIDDEN_GRACE_MS : OFF_SCREEN_GRACE_MS);
  }

  #tell(cause) {
    this.cause = cause;
    this.dispatchEvent(new Event("change"));
  }
}
