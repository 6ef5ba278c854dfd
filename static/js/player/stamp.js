/** Times on pictures, the same in every language: 2026-11-29 17:55:02, as on the cameras' own clocks. */
import { locale, timeZone } from "../format.js";

const parts = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" };
const clock = new Intl.DateTimeFormat("sv-SE-u-nu-latn", { ...parts, timeZone });

export const stamp = (date) => clock.format(date);

/** A time or a name in a text of any direction. */
export const isolated = (text) => `\u2066${text}\u2069`;

/** cam-001_2026-11-29_17-55-02 */
export const fileName = (cameraId, date) => `${cameraId}_${stamp(date).replace(" ", "_").replaceAll(":", "-")}`;

const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
const UNITS = [["day", 86_400], ["hour", 3_600], ["minute", 60], ["second", 1]];

/** "3 minutes ago", in the reader's language. */
export function ago(date, now = new Date()) {
  const seconds = Math.max(0, Math.round((now - date) / 1000));
  const [unit, size] = UNITS.find(([, least]) => seconds >= least) ?? UNITS.at(-1);
  return relative.format(-Math.floor(seconds / size), unit);
}
