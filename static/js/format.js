/**
 * Numbers and times as the page's reader writes them: `<html lang data-digits data-zone>`. Arabic texts have Western
 * digits, as on the cameras' clocks, unless he prefers Arabic ones. Clocks have 24 hours. Django's side: cctv/formats.
 */

const OF_ARABIC = "ar-AE-u-nu-";

/** `zone` empty, or one that this browser does not know: its own (`timeZone` is then undefined). `digits`: latn or arab. */
export function formats({ lang = "en", digits = "latn", zone = "" } = {}) {
  const locale = lang.startsWith("ar") ? `${OF_ARABIC}${digits === "arab" ? "arab" : "latn"}` : lang === "en" ? "en-GB" : lang;
  const timeZone = known(zone) ? zone : undefined;
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const tenth = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const time = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone };
  const clock = new Intl.DateTimeFormat(locale, { ...time, second: "2-digit" });
  const day = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", timeZone });
  const moment = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", ...time });
  return {
    locale,
    timeZone,
    count: (value) => whole.format(value ?? 0),
    tenths: (value) => tenth.format(value),
    megabits: (bitsPerSecond) => tenth.format(bitsPerSecond / 1e6),
    seconds: (value) => (value < 10 ? tenth.format(value) : whole.format(value)),
    timeOfDay: (date) => clock.format(date),
    day: (date) => day.format(date),
    moment: (date) => moment.format(date),
  };
}

function known(zone) {
  try {
    return Boolean(zone) && Boolean(new Intl.DateTimeFormat("en", { timeZone: zone }));
  } catch {
    return false;
  }
}

const root = globalThis.document?.documentElement;
const own = formats({ lang: root?.lang || "en", digits: root?.dataset?.digits, zone: root?.dataset?.zone });

export const { locale, timeZone, count, tenths, megabits, seconds, timeOfDay, day, moment } = own;
