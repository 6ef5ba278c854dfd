/** Numbers and times follow the reader's language, digits and time zone. */
import assert from "node:assert/strict";
import test from "node:test";
import { formats } from "../../static/js/format.js";

const NOON = new Date("2026-03-05T12:00:05Z");

test("English has Western digits whatever was chosen", () => {
  const english = formats({ lang: "en", digits: "arab", zone: "Asia/Dubai" });
  assert.equal(english.count(1234), "1,234");
  assert.equal(english.timeOfDay(NOON), "16:00:05");
  assert.match(english.moment(NOON), /^5 Mar,? 16:00$/);
});

test("Arabic has Western digits, and Arabic ones by choice", () => {
  assert.equal(formats({ lang: "ar" }).megabits(2_500_000), "2.5");
  const chosen = formats({ lang: "ar", digits: "arab", zone: "Asia/Dubai" });
  assert.equal(chosen.count(1234), "١٬٢٣٤");
  assert.equal(chosen.seconds(2.5), "٢٫٥");
  assert.match(chosen.timeOfDay(NOON), /١٦:٠٠:٠٥/);
});

test("times are those of the reader's zone, not of his computer", () => {
  assert.equal(formats({ zone: "Asia/Tokyo" }).timeOfDay(NOON), "21:00:05");
});

test("a zone that the browser does not know is its own", () => {
  assert.equal(formats({ zone: "Nowhere/Land" }).timeOfDay(NOON), formats().timeOfDay(NOON));
});
