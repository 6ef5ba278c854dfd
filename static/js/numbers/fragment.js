/**
 * A part of a page that the server renders anew. Rows are known by `data-key`: one that did not change stays the same
 * element, and one whose menu is open is left alone until it is closed.
 */
export class Fragment {
  #root;
  #address;
  #asking = false;
  #again = false;

  constructor(root, address) {
    this.#root = root;
    this.#address = address;
  }

  /** Never two questions at once: what is asked for meanwhile is asked once more afterwards. */
  async refresh() {
    this.#again = this.#asking;
    if (this.#asking) return;
    this.#asking = true;
    try {
      const answer = await fetch(this.#address, { cache: "no-store", signal: AbortSignal.timeout(10_000) });
      if (answer.ok && !answer.redirected) this.#take(await answer.text());
    } catch {
      return; // the next change asks again
    } finally {
      this.#asking = false;
    }
    if (this.#again) await this.refresh();
  }

  #take(html) {
    const fresh = new DOMParser().parseFromString(html, "text/html").body;
    const [now, then] = [this.#root.querySelector("tbody"), fresh.querySelector("tbody")];
    const sameNotice = Boolean(this.#root.querySelector("[data-key=asked]")) === Boolean(fresh.querySelector("[data-key=asked]"));
    if (!now || !then || !sameNotice) this.#root.replaceChildren(...fresh.childNodes);
    else keepChildren(now, then);
  }
}

/** Everything but what changes with each answer (the forms' tokens). */
const lookOf = (row) => row.innerHTML.replace(/name="csrfmiddlewaretoken" value="[^"]*"/g, "");

function keepChildren(now, then) {
  const known = new Map([...now.children].map((row) => [row.dataset.key, row]));
  const rows = [...then.children].map((row) => {
    const old = known.get(row.dataset.key);
    return old && (old.querySelector("details[open]") || lookOf(old) === lookOf(row)) ? old : row;
  });
  rows.forEach((row, index) => now.children[index] !== row && now.insertBefore(row, now.children[index] ?? null));
  while (now.children.length > rows.length) now.lastElementChild.remove();
}
