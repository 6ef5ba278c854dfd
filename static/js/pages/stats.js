/** Live numbers: pushed by /ws/dashboard, part by part; asked for every two seconds while the socket is down. */
import { call } from "../api.js";
import { showEvents, showRefusals } from "../numbers/feed.js";
import { historyMoved, showLive, startHistory } from "../numbers/history.js";
import { openHolders, refreshHolders } from "../numbers/holders.js";
import { LiveParts } from "../numbers/live-parts.js";
import { showViewers } from "../numbers/viewers.js";
import { showStats } from "../stats-view.js";
import { word } from "../words.js";

const source = document.querySelector("[data-source]");
const known = { audited: new Set(), names: new Map(), numbers: null, viewers: [], refusals: [] };

/** Only what came is shown anew. */
function show({ numbers, audited, viewers, events, refusals, history }) {
  if (audited) known.audited = new Set(audited);
  if (numbers) known.numbers = numbers;
  if (refusals) known.refusals = refusals;
  if (numbers || audited) {
    known.names = new Map(known.numbers.agencies.map(({ code, name }) => [code, name || code]));
    showStats(known.numbers, known.audited);
    showLive(known.numbers);
  }
  if (viewers) known.viewers = viewers;
  if (viewers || numbers) showViewers(known.viewers, watchingKnown());
  if (viewers || numbers) refreshHolders();
  if (events) showEvents(events);
  if (refusals || audited) showRefusals(known.refusals, known.audited);
  if (history !== undefined && String(history) !== known.history) historyMoved();
  if (history !== undefined) known.history = String(history);
}

/** Viewers in the agencies of which they are named. */
function watchingKnown() {
  const named = known.numbers.agencies.filter(({ code }) => known.audited.has(code));
  return named.reduce((all, { viewers }) => all + viewers, 0);
}

function open(code) {
  if (known.audited.has(code)) openHolders(code, known.names.get(code) ?? code);
}

const first = JSON.parse(document.getElementById("dashboard-data").textContent);
show(first);
startHistory(first.numbers);
document.querySelector("main").addEventListener("click", ({ target }) => {
  const button = target.closest("button[data-holders]");
  if (button) open(button.dataset.holders);
});
open(new URL(location.href).searchParams.get("holders"));

const live = new LiveParts({ path: "/ws/dashboard", ask: () => call("GET", "/stream/dashboard") });
live.addEventListener("parts", ({ detail }) => show(detail));
live.addEventListener("source", ({ detail }) => {
  source.dataset.source = detail;
  source.textContent = word(`stats.${detail}`);
});
live.open();
