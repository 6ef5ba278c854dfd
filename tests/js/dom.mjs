/** As much of a document as toasts and dialogs ask for: a tree, events that bubble, popovers, modal dialogs. */

class Element extends EventTarget {
  constructor(tag) {
    super();
    Object.assign(this, { localName: tag, className: "", dataset: {}, children: [], parent: null, attributes: new Map(), text: "" });
  }

  get parentElement() {
    return this.parent;
  }

  get childElementCount() {
    return this.children.length;
  }

  get firstElementChild() {
    return this.children[0] ?? null;
  }

  get textContent() {
    return this.text + this.children.map((child) => child.textContent).join("");
  }

  set textContent(text) {
    this.text = text;
  }

  append(...nodes) {
    for (const node of nodes) {
      if (typeof node === "string") this.text += node;
      else {
        node.remove();
        node.parent = this;
        this.children.push(node);
      }
    }
  }

  remove() {
    if (this.parent) this.parent.children = this.parent.children.filter((child) => child !== this);
    this.parent = null;
  }

  setAttribute(name, value) {
    this.attributes.set(name, String(value));
  }

  getAttribute(name) {
    return this.attributes.get(name) ?? null;
  }

  closest(selector) {
    if (selector !== "[data-close]") throw new Error(`not known here: ${selector}`);
    for (let each = this; each; each = each.parent) if ("close" in each.dataset) return each;
    return null;
  }

  matches(selector) {
    if (selector !== ":popover-open") throw new Error(`not known here: ${selector}`);
    return Boolean(this.shown);
  }

  showPopover() {
    if (this.shown) throw new Error("shown already");
    this.shown = true;
  }

  hidePopover() {
    this.shown = false;
  }

  showModal() {
    if (this.open) throw new Error("open already");
    this.open = true;
  }

  close(value) {
    if (!this.open) return;
    if (value !== undefined) this.returnValue = value;
    this.open = false;
    queueMicrotask(() => this.dispatchEvent(new Event("close")));
  }

  focus() {
    document.activeElement = this;
  }

  /** A click that bubbles up to the document's body. */
  click() {
    for (let each = this; each; each = each.parent) {
      const event = new Event("click");
      Object.defineProperties(event, { target: { value: this }, currentTarget: { value: each } });
      each.dispatchEvent(event);
    }
  }

  /** Every element below that has the class, in the order of the page. */
  all(name) {
    const own = this.children.filter((child) => child.className.split(" ").includes(name));
    return [...own, ...this.children.flatMap((child) => child.all(name))];
  }
}

/** An empty document in place of the browser's; its words are their keys. */
export function install() {
  globalThis.document = {
    body: new Element("body"),
    activeElement: null,
    createElement: (tag) => new Element(tag),
    createElementNS: (_, tag) => new Element(tag),
    querySelector: () => null,
    querySelectorAll: () => [],
  };
  return globalThis.document;
}
