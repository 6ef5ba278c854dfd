/** Live numbers: pushed by /ws/stats; asked for every two seconds while the socket is down. */
import { call } from "../api.js";
import { LiveSocket } from "../live-socket.js";
import { showStats } from "../stats-view.js";
import { word } from "../words.js";

const POLL_MS = 2_000;
const source = document.querySelector("[data-source]");
const socket = new LiveSocket("/ws/stats");
let polling = null;

function tell(key) {
  source.dataset.source = key;
  source.textContent = word(`stats.${key}`);
}

async function ask() {
  try {
    showStats(await call("GET", "/stream/stats"));
    if (polling) tell("polling");
  } catch {
    if (polling) tell("lost");
  }
}

function startPolling() {
  if (polling) return;
  polling = setInterval(ask, POLL_MS);
  ask();
}

showStats(JSON.parse(document.getElementById("stats-data").textContent));

socket.addEventListener("up", () => {
  clearInterval(polling);
  polling = null;
  tell("live");
});
socket.addEventListener("down", startPolling);
socket.addEventListener("message", ({ detail }) => detail.type === "stats" && showStats(detail));
socket.open();
