/** The history that the plots show: asked for when it moved, its end kept up to date by the live numbers. */
import { call } from "../api.js";
import * as format from "../format.js";
import { word } from "../words.js";
import { onTheme, Plot } from "./plots.js";
import { HistoryTail } from "./tail.js";

// Between two questions at least; the long spans are dear, and what is live raises their last step meanwhile.
const AGAIN_MS = { hour: 5_000, day: 30_000, week: 60_000, month: 60_000 };

const root = document.querySelector("[data-history]");
const chosen = root.querySelector("select[data-agency]");
const plots = {
  watching: new Plot(root.querySelector("[data-plot=watching]"), [
    { key: "viewers", kind: "area", token: "--accent" },
    { key: "streams", kind: "line", token: "--good" },
  ]),
  refusals: new Plot(root.querySelector("[data-plot=refusals]"), [{ key: "refusals", kind: "bars", token: "--bad" }]),
  agency: new Plot(root.querySelector("[data-plot=agency]"), [
    { key: "peak", kind: "area", token: "--accent" },
    { key: "limit", kind: "limit", token: "--bad" },
  ]),
};
let span = "hour";
let tail = null;
let asking = null; // the controller of the question under way
let timer = null;
let askedAt = -Infinity;

const most = (numbers) => format.count(Math.max(0, ...numbers));
const sum = (numbers) => format.count(numbers.reduce((all, each) => all + each, 0));

function draw() {
  if (!tail) return;
  const { data } = tail;
  plots.watching.show(data);
  plots.refusals.show(data);
  const { peak, limit } = data.agencies[chosen.value] ?? { peak: data.at.map(() => 0), limit: data.at.map(() => 0) };
  plots.agency.show({ ...data, peak, limit });
  const numbers = { viewers: most(data.viewers), streams: most(data.streams), refusals: sum(data.refusals) };
  root.querySelector("[data-part=summary]").textContent = word("history.summary", numbers);
}

async function ask() {
  clearTimeout(timer?.id);
  timer = null;
  asking?.abort();
  const mine = new AbortController();
  asking = mine;
  askedAt = performance.now();
  try {
    const data = await call("GET", `/stream/history?span=${span}`, { signal: mine.signal });
    tail = new HistoryTail(data, tail?.numbers);
    draw();
    root.dataset.span = data.span;
    soon(1000 * tail.secondsLeft(Date.now() / 1000));
  } catch {
    if (asking === mine) soon(AGAIN_MS[span]);
  }
}

/** Once, the earliest time of all that were asked for, and never two questions within AGAIN_MS of the span. */
function soon(ms) {
  const at = Math.max(performance.now() + ms, askedAt + AGAIN_MS[span]);
  if (timer && timer.at <= at) return;
  if (timer) clearTimeout(timer.id);
  timer = { at, id: setTimeout(ask, at - performance.now()) };
}

/** The rows of history are others than they were. */
export const historyMoved = () => soon(0);

export function showLive(numbers) {
  tail?.live(numbers);
  if (tail) draw();
}

function showAgencies(agencies) {
  const before = chosen.value;
  chosen.replaceChildren(...agencies.map(({ code, name }) => new Option(name || code, code)));
  if (agencies.some(({ code }) => code === before)) chosen.value = before;
}

/** `numbers`: as the page knows them; the question for the rest goes out at once. */
export function startHistory(numbers) {
  showAgencies(numbers.agencies);
  for (const button of root.querySelectorAll("button[data-span]")) {
    button.addEventListener("click", () => {
      span = button.dataset.span;
      for (const each of root.querySelectorAll("button[data-span]")) each.setAttribute("aria-pressed", String(each === button));
      ask();
    });
  }
  chosen.addEventListener("change", draw);
  onTheme(() => Object.values(plots).forEach((plot) => plot.redraw()));
  ask();
}
