/** The staff's streams: the server renders the rows anew whenever something was pushed, and every five seconds. */
import { call } from "../api.js";
import { Fragment } from "../numbers/fragment.js";
import { LiveParts } from "../numbers/live-parts.js";
import { word } from "../words.js";

const LOOK_MS = 5_000; // pushers tell nobody when they end
const source = document.querySelector("[data-source]");
const root = document.querySelector("[data-streams]");
const rows = new Fragment(root, root.dataset.streams);

const live = new LiveParts({ path: "/ws/dashboard", ask: () => call("GET", "/stream/dashboard") });
live.addEventListener("parts", ({ detail }) => (detail.numbers || detail.events) && rows.refresh());
live.addEventListener("source", ({ detail }) => {
  source.dataset.source = detail;
  source.textContent = word(`stats.${detail}`);
});
live.open();
setInterval(() => document.hidden || rows.refresh(), LOOK_MS);
