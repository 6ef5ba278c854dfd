import * as format from "../format.js";
import { word } from "../words.js";
import { symbol } from "./icons.js";
import { server } from "./server.js";

export { server };

const BACK_MS = 4_000;
let timer = null;

function line(kind, icon, title, text = "") {
  const banner = document.createElement("div");
  banner.className = `banner ${kind}`;
  const strong = document.createElement("strong");
  strong.textContent = title;
  banner.append(symbol(icon), strong);
  if (text) banner.append(text);
  return banner;
}

function lost(since) {
  const title = word(navigator.onLine ? "site.lost" : "site.offline");
  const banner = line("bad", "unplug", title, word("site.lost.text", { time: format.timeOfDay(since) }));
  const again = document.createElement("button");
  Object.assign(again, { type: "button", className: "button compact", textContent: word("site.try") });
  again.addEventListener("click", () => server.look());
  banner.append(again);
  return banner;
}

/** Over whatever is in full screen, too: only the browser's top layer is above that. */
function raise(region) {
  if (document.fullscreenElement && region.childElementCount) {
    region.popover = "manual";
    region.showPopover();
  } else if (region.popover) {
    region.hidePopover();
    region.popover = null;
  }
}

function show(region, { up, since }) {
  clearTimeout(timer);
  region.replaceChildren(up ? line("good", "circle-check", word("site.back")) : lost(since));
  raise(region);
  if (up) {
    timer = setTimeout(() => {
      region.replaceChildren();
      raise(region);
    }, BACK_MS);
  }
}

/** Says in `region` that the server is lost, for as long as it is, and that it is back. */
export function keepBanner(region = document.querySelector("[data-server]")) {
  if (!region) return;
  server.addEventListener("change", ({ detail }) => show(region, detail));
  document.addEventListener("fullscreenchange", () => raise(region));
  addEventListener("offline", () => server.doubt());
  addEventListener("online", () => server.since && server.look());
  addEventListener("pagehide", () => server.leave());
  addEventListener("pageshow", () => server.resume());
}
