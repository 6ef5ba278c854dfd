/** Plots over time, on uPlot. Time runs from left to right in every language, as charts do. */
import uPlot from "../../vendor/uplot.mjs";
import * as format from "../format.js";
import { dayOf, inZone, momentOf, timeOf } from "./times.js";

const SYNC = "numbers"; // the pointer stands at the same moment in all of them
const UNITS = [1, 2, 5].flatMap((unit) => [1, 10, 100, 1000, 10_000].map((ten) => unit * ten)).sort((a, b) => a - b);
const LEAST_TOP = 4;
const DAYS = new Set(["week", "month"]);

/** What a token is in the theme of now: `light-dark()` is resolved only where it is a colour. */
function colourOf(token) {
  const probe = document.createElement("i");
  probe.style.color = `var(${token})`;
  probe.hidden = true;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

const faded = (colour, share) => colour.replace(/^rgb\((.*)\)$/, (whole, parts) => `rgb(${parts.replaceAll(",", "")} / ${share})`);

/** How each kind is drawn; a series is {key, kind, token}. */
const KINDS = {
  area: ({ token }) => ({ stroke: () => colourOf(token), fill: () => faded(colourOf(token), 0.18), width: 2, paths: uPlot.paths.stepped({ align: 1 }) }),
  line: ({ token }) => ({ stroke: () => colourOf(token), width: 2, paths: uPlot.paths.stepped({ align: 1 }) }),
  limit: ({ token }) => ({ stroke: () => colourOf(token), width: 1.5, dash: [6, 4], paths: uPlot.paths.stepped({ align: 1 }) }),
  bars: ({ token }) => ({ stroke: () => colourOf(token), fill: () => colourOf(token), width: 0, paths: uPlot.paths.bars({ size: [0.8, 40], align: 1 }) }),
};

export class Plot {
  #root;
  #keys;
  #kinds;
  #plot;
  #span = "hour";
  #step = 60;
  #data = null;

  /** `root`: a figure with `[data-part=canvas]`, and for each series a `[data-value=<key>]` in its legend. */
  constructor(root, series) {
    this.#root = root;
    this.#keys = series.map(({ key }) => key);
    this.#kinds = Object.fromEntries(series.map(({ key, kind }) => [key, kind]));
    const holder = root.querySelector("[data-part=canvas]");
    this.#plot = new uPlot(this.#options(series, holder), [[], ...series.map(() => [])], holder);
    new ResizeObserver(() => this.#fit(holder)).observe(holder);
  }

  /** `data`: {span, step, at, <key>: []}, as GET /stream/history answers. */
  show(data) {
    this.#data = data;
    this.#span = data.span;
    this.#step = data.step;
    this.#plot.setData(this.#closed(data));
    this.#tell();
  }

  /** A line stays on its last number until that step is over; a bar has had its place. */
  #closed({ at, step, ...columns }) {
    if (!at.length) return [at, ...this.#keys.map(() => [])];
    const end = (key) => (this.#kinds[key] === "bars" ? null : columns[key].at(-1));
    return [[...at, at.at(-1) + step], ...this.#keys.map((key) => [...columns[key], end(key)])];
  }

  redraw() {
    this.#plot.redraw(false, true);
  }

  #options(series, holder) {
    return {
      ...this.#size(holder),
      legend: { show: false },
      tzDate: inZone(uPlot),
      cursor: { y: false, points: { show: false }, drag: { x: false, y: false }, sync: { key: SYNC } },
      scales: { x: { range: () => this.#times() }, y: { range: (_, low, high) => [0, Math.max(LEAST_TOP, Math.ceil(high * 1.1))] } },
      axes: [this.#axis({ values: (_, moments) => moments.map((each) => this.#label(each)), space: 64, size: 30 }), this.#axis({ incrs: UNITS, size: 44, values: (_, numbers) => numbers.map(format.count) })],
      series: [{}, ...series.map((each) => ({ ...KINDS[each.kind](each), points: { show: false } }))],
      hooks: { setCursor: [() => this.#tell()] },
    };
  }

  #axis(more) {
    const line = { stroke: () => colourOf("--line"), width: 1 };
    const font = `12px ${getComputedStyle(document.body).fontFamily}`;
    return { stroke: () => colourOf("--text-soft"), grid: line, ticks: { ...line, size: 4 }, font, ...more };
  }

  #times() {
    const at = this.#data?.at ?? [];
    return at.length ? [at[0], at.at(-1) + this.#step] : [0, 3600];
  }

  #label(seconds) {
    const date = new Date(seconds * 1000);
    return DAYS.has(this.#span) ? dayOf(date) : timeOf(date);
  }

  /** The numbers beside the legend: where the pointer is, else the newest. */
  #tell() {
    const { at } = this.#data ?? {};
    if (!at?.length) return;
    const index = Math.min(this.#plot.cursor.idx ?? at.length, at.length - 1);
    for (const key of this.#keys) this.#root.querySelector(`[data-value=${key}]`).textContent = format.count(this.#data[key][index]);
    const moment = this.#root.querySelector("[data-part=moment]");
    if (moment) moment.textContent = momentOf(new Date(at[index] * 1000));
  }

  #size({ clientWidth: width, clientHeight: height }) {
    return { width: Math.max(120, width), height: Math.max(80, height) };
  }

  #fit(holder) {
    this.#plot.setSize(this.#size(holder));
  }
}

/** Calls back whenever the colours of the page are others. */
export function onTheme(changed) {
  new MutationObserver(changed).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  for (const asked of ["(prefers-color-scheme: dark)", "(prefers-contrast: more)"]) {
    matchMedia(asked).addEventListener("change", changed);
  }
}
