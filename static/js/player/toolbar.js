import { symbol } from "../site/icons.js";
import { word } from "../words.js";
import { make } from "./dom.js";
import { Menu } from "./menu.js";

const STEPS = { ArrowLeft: -1, ArrowRight: 1 };

/** A button with a picture and a name. Its key, if it has one, is told to screen readers and in the title. */
function tool(name, icon, act, { key = "", label = word(`player.${name}`) } = {}) {
  const button = make("button", { type: "button", className: `cp-tool cp-${name}`, title: key ? `${label} (${key})` : label });
  button.setAttribute("aria-label", label);
  if (key) button.setAttribute("aria-keyshortcuts", key === "+" ? "Plus" : key); // + stands between keys there
  if (icon) button.append(symbol(icon));
  button.addEventListener("click", act);
  return button;
}

/**
 * The tools under the picture, one stop of the Tab key; arrow keys go from tool to tool. In a tile only what is needed
 * there. Decides nothing: `on` has a function for each tool.
 */
export class Toolbar {
  node = make("div", { className: "cp-tools" });
  #on;
  #sound;
  #volume = make("input", { type: "range", min: "0", max: "1", step: "0.05", className: "cp-volume", hidden: true });
  #quality;
  #full;
  #statistics;
  #picture;
  #save;
  #zoomed;
  #closer;
  #farther;
  #tile = false;
  #qualities = [];
  #chosen = null;

  constructor(on) {
    this.#on = on;
    this.#makeTools();
    const gap = make("span", { className: "cp-gap" });
    this.node.append(
      this.#sound, this.#volume, gap, this.#farther, this.#zoomed, this.#closer, this.#quality.node, this.#statistics,
      this.#save, this.#picture, this.#full,
    );
    this.node.setAttribute("role", "toolbar");
    this.node.setAttribute("aria-label", word("player.tools"));
    this.node.addEventListener("keydown", (event) => this.#key(event));
    this.node.addEventListener("focusin", ({ target }) => this.#stopAt(target));
    this.#stopAt(this.#full);
  }

  set look(look) {
    this.#tile = look === "tile";
    this.#arrange();
  }

  /** {available, on, volume}: without sound there is no button, without its being on no volume. */
  sound({ available, on, volume }) {
    this.#sound.hidden = !available;
    this.#sound.setAttribute("aria-pressed", String(on));
    this.#volume.hidden = !available || !on;
    this.#volume.value = String(volume);
  }

  /** `offered`: see preferences.js; `chosen` is one of them. */
  quality(offered, chosen) {
    if (String([chosen, ...offered]) === String([this.#chosen, ...this.#qualities])) return;
    [this.#qualities, this.#chosen] = [offered, chosen];
    const text = word(`player.quality.${chosen}`);
    this.#quality.button.setAttribute("aria-label", word("player.quality_is", { quality: text }));
    this.#quality.button.lastElementChild.textContent = text;
    this.#quality.show(offered.map((value) => ({ value, text: word(`player.quality.${value}`) })), chosen);
    this.#arrange();
  }

  zoom(scale) {
    this.#zoomed.hidden = scale === 1;
    this.#zoomed.textContent = word("player.times", { value: scale.toFixed(1) });
    this.#farther.disabled = scale === 1;
  }

  statistics(on) {
    this.#statistics.setAttribute("aria-pressed", String(on));
  }

  fullscreen(on) {
    const label = word(on ? "player.windowed" : "player.fullscreen");
    this.#full.title = `${label} (F)`;
    this.#full.setAttribute("aria-label", label);
    this.#full.replaceChildren(symbol(on ? "minimize" : "maximize"));
  }

  /** Whether there is a picture to save, and one that may go into a window of its own. */
  picture({ some, movable }) {
    this.#save.disabled = !some;
    this.#picture.hidden = this.#tile || !movable;
  }

  #makeTools() {
    const on = this.#on;
    this.#sound = tool("sound", null, on.sound, { key: "M" });
    this.#sound.append(symbol("volume-x", "cp-off turns"), symbol("volume-2", "cp-on turns"));
    this.#sound.hidden = true;
    this.#volume.setAttribute("aria-label", word("player.volume"));
    this.#volume.addEventListener("input", () => on.volume(this.#volume.valueAsNumber));
    this.#farther = tool("zoom_out", "zoom-out", on.farther, { key: "-" });
    this.#closer = tool("zoom_in", "zoom-in", on.closer, { key: "+" });
    this.#zoomed = tool("whole", null, on.whole, { key: "0" });
    this.#zoomed.dir = "ltr";
    this.#statistics = tool("statistics", "chart-column", on.statistics, { key: "I" });
    this.#save = tool("save", "image-down", on.save, { key: "S" });
    this.#picture = tool("picture", "picture-in-picture-2", on.picture, { key: "P" });
    this.#full = tool("fullscreen", "maximize", on.fullscreen, { key: "F" });
    this.#quality = new Menu({ label: word("player.quality"), choose: on.quality });
    this.#quality.button.className = "cp-tool cp-quality";
    this.#quality.button.title = word("player.quality");
    this.#quality.button.append(symbol("sliders-horizontal"), make("span", { className: "cp-quality-word" }));
    this.zoom(1);
    this.statistics(false);
    this.picture({ some: false, movable: false });
  }

  #arrange() {
    this.#quality.node.hidden = this.#tile || this.#qualities.length === 0;
    for (const each of [this.#farther, this.#closer, this.#statistics]) each.hidden = this.#tile;
    if (this.#tile) this.#picture.hidden = true;
  }

  get #stops() {
    const tools = [...this.node.querySelectorAll(".cp-tool")];
    return tools.filter((each) => !each.disabled && each.getClientRects().length > 0);
  }

  #stopAt(target) {
    if (!target.classList.contains("cp-tool")) return;
    for (const each of this.node.querySelectorAll(".cp-tool")) each.tabIndex = each === target ? 0 : -1;
  }

  #key(event) {
    if (event.shiftKey || event.altKey || event.ctrlKey || !event.target.classList.contains("cp-tool")) return;
    const stops = this.#stops;
    const turned = getComputedStyle(this.node).direction === "rtl" ? -1 : 1;
    const at = { Home: 0, End: stops.length - 1 }[event.key] ?? stops.indexOf(event.target) + STEPS[event.key] * turned;
    if (Number.isNaN(at)) return;
    event.preventDefault();
    event.stopPropagation();
    stops[(at + stops.length) % stops.length]?.focus();
  }
}
