/** Moments in the reader's zone and digits, which the page says (`<html data-zone data-digits>`). */
import { day, locale, moment, timeOfDay, timeZone } from "../format.js";

const form = (options) => new Intl.DateTimeFormat(locale, { timeZone, hourCycle: "h23", ...options });

const time = form({ hour: "2-digit", minute: "2-digit" });
const whole = form({ dateStyle: "medium", timeStyle: "medium", hourCycle: undefined });

export const timeOf = (date) => time.format(date);
export const dayOf = day;
export const momentOf = moment;

/** The time of today, else the day too; the whole of it as a title. */
export function showMoment(node, iso, now = new Date()) {
  const date = new Date(iso);
  node.dateTime = iso;
  node.title = whole.format(date);
  node.textContent = day(date) === day(now) ? timeOfDay(date) : moment(date);
}

/** uPlot's way to know the zone: a date whose local parts are those of the zone. */
export const inZone = (uPlot) => (timeZone ? (seconds) => uPlot.tzDate(new Date(seconds * 1000), timeZone) : undefined);
