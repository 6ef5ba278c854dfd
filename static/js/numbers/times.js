/** Moments in the reader's zone and digits, which the page says (`<html data-zone data-digits>`). */
const { lang = "en", dataset = {} } = globalThis.document?.documentElement ?? {};
const LOCALE = lang.startsWith("ar") ? `ar-AE-u-nu-${dataset.digits || "latn"}` : lang === "en" ? "en-GB" : lang;
const zone = known(dataset.zone) ? dataset.zone : undefined;

/** A zone that this browser does not know costs nobody his page: its own is taken. */
function known(name) {
  try {
    return Boolean(name) && Boolean(new Intl.DateTimeFormat("en", { timeZone: name }));
  } catch {
    return false;
  }
}

const form = (options) => new Intl.DateTimeFormat(LOCALE, { timeZone: zone, hourCycle: "h23", ...options });

const time = form({ hour: "2-digit", minute: "2-digit" });
const exact = form({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
const day = form({ day: "numeric", month: "short" });
const both = form({ day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
const whole = form({ dateStyle: "medium", timeStyle: "medium", hourCycle: undefined });

export const timeOf = (date) => time.format(date);
export const dayOf = (date) => day.format(date);
export const momentOf = (date) => both.format(date);

/** The time of today, else the day too; the whole of it as a title. */
export function showMoment(node, iso, now = new Date()) {
  const date = new Date(iso);
  node.dateTime = iso;
  node.title = whole.format(date);
  node.textContent = day.format(date) === day.format(now) ? exact.format(date) : both.format(date);
}

/** uPlot's way to know the zone: a date whose local parts are those of the zone. */
export const inZone = (uPlot) => (zone ? (seconds) => uPlot.tzDate(new Date(seconds * 1000), zone) : undefined);
