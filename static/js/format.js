/** Numbers and times as the page's reader writes them; Western digits in Arabic too, as on the cameras' clocks. */
const LANGUAGE = globalThis.document?.documentElement.lang || "en";
const LOCALE = LANGUAGE.startsWith("ar") ? "ar-AE-u-nu-latn" : LANGUAGE;

const whole = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 0 });
const tenth = new Intl.NumberFormat(LOCALE, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const clock = new Intl.DateTimeFormat(LOCALE, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });

export const count = (value) => whole.format(value ?? 0);
export const megabits = (bitsPerSecond) => tenth.format(bitsPerSecond / 1e6);
export const seconds = (value) => (value < 10 ? tenth.format(value) : whole.format(value));
export const timeOfDay = (date) => clock.format(date);
