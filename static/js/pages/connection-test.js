/** The connection self-test: every way tried at once, a row each, and a report to hand on. */
import * as checks from "../connection/checks.js";
import { report, verdict } from "../connection/report.js";
import * as format from "../format.js";
import { word } from "../words.js";

const rows = [...document.querySelectorAll("[data-step]")];
const again = document.querySelector("[data-again]");
const copy = document.querySelector("[data-copy]");
const download = document.querySelector("[data-download]");
const told = document.querySelector("[data-told]");
const steps = new Map();
let sfu = null;

const OF_THE_BROWSER = { socket: checks.socket, h264_webrtc: checks.webrtcH264, h264_hls: checks.hlsH264 };
const OF_MEDIA = {
  signalling: (media) => checks.signalling(media),
  udp: (media) => checks.udp(media),
  turn_udp: (media) => checks.turn(media, "udp"),
  turn_tcp: (media) => checks.turn(media, "tcp"),
  turn_tls: (media) => checks.turn(media, "tls"),
  hls: (media) => checks.hls(media),
};

const part = (row, name) => row.querySelector(`[data-part="${name}"]`);

function show(step, { result, ms = null, detail = "" }) {
  steps.set(step, { step, result, ms, detail });
  const row = rows.find(({ dataset }) => dataset.step === step);
  const state = part(row, "result");
  state.dataset.result = result;
  state.textContent = word(`connection.${result}`);
  part(row, "time").textContent = ms === null ? "" : word("connection.ms", { value: format.count(ms) });
  part(row, "detail").textContent = detail;
  const all = verdict([...steps.values()]);
  told.dataset.result = all;
  told.textContent = word(`connection.all.${all}`);
  copy.disabled = download.disabled = all === "running";
}

async function timed(step, attempt) {
  const began = performance.now();
  const answer = await attempt().catch((error) => ({ result: "failed", detail: error.code ?? error.name }));
  show(step, { ...answer, ms: answer.result === "none" ? null : Math.round(performance.now() - began) });
  return answer;
}

async function asked() {
  const media = await checks.ask();
  sfu = media.sfu;
  return { result: "ok", detail: checks.address(), media };
}

async function run() {
  again.disabled = true;
  for (const { dataset } of rows) show(dataset.step, { result: "running" });
  const browser = Object.entries(OF_THE_BROWSER).map(([step, attempt]) => timed(step, attempt));
  const { media } = await timed("api", asked);
  const ways = Object.entries(OF_MEDIA).map(([step, attempt]) =>
    media ? timed(step, () => attempt(media)) : show(step, { result: "failed", detail: "no addresses were told" }),
  );
  await Promise.all([...browser, ...ways]);
  again.disabled = false;
}

function text() {
  const where = { at: new Date(), page: location.origin, browser: navigator.userAgent, sfu };
  return report([...steps.values()], { ...where, language: document.documentElement.lang });
}

/** `navigator.clipboard` is there only in a secure context; elsewhere the old way. */
async function copied() {
  if (navigator.clipboard) return navigator.clipboard.writeText(text()).then(() => true, () => false);
  const field = Object.assign(document.createElement("textarea"), { value: text() });
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}

copy.addEventListener("click", async () => {
  document.querySelector("[data-copied]").textContent = word((await copied()) ? "connection.copied" : "connection.not_copied");
});
download.addEventListener("click", () => {
  const url = URL.createObjectURL(new Blob([text()], { type: "application/json" }));
  Object.assign(document.createElement("a"), { href: url, download: "connection-report.json" }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1_000);
});
again.addEventListener("click", () => run());
run();
