/** The player's pure parts: zoom, keys, what is offered, what is told. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";
import { actOf } from "../../static/js/player/keys.js";
import { PictureNumbers } from "../../static/js/player/picture-numbers.js";
import { offeredQualities, rememberQuality, rememberedQuality } from "../../static/js/player/preferences.js";
import { ago, fileName, stamp } from "../../static/js/player/stamp.js";
import { MOST, WHOLE, dragged, frameOf, sane, transformOf, zoomed } from "../../static/js/player/zoom-rules.js";

const near = (a, b) => assert.ok(Math.abs(a - b) < 1e-9, `${a} ≠ ${b}`);

test("zooming keeps the point under the pointer where it is", () => {
  const at = { x: 0.3, y: 0.6 };
  const first = zoomed(WHOLE, 2, at);
  const second = zoomed(first, 3, at);
  const under = (view, axis) => view[axis] + (at[axis] - 0.5) / view.scale;
  for (const axis of ["x", "y"]) near(under(first, axis), under(second, axis));
  near(under(first, "x"), 0.3);
});

test("nothing beside the picture is ever shown, and nobody zooms without end", () => {
  assert.deepEqual(sane({ scale: 2, x: 0, y: 1 }), { scale: 2, x: 0.25, y: 0.75 });
  assert.deepEqual(sane({ scale: 0.2, x: 9, y: -9 }), { scale: 1, x: 0.5, y: 0.5 });
  assert.equal(sane({ scale: 1e9, x: 0.5, y: 0.5 }).scale, MOST);
  assert.deepEqual(sane({ scale: Number.NaN, x: undefined, y: null }), { ...WHOLE });
  assert.deepEqual(dragged({ scale: 4, x: 0.5, y: 0.5 }, -100, 0), { scale: 4, x: 0.875, y: 0.5 });
});

test("a drag moves the picture with the pointer", () => {
  assert.deepEqual(dragged({ scale: 2, x: 0.5, y: 0.5 }, 0.1, -0.2), { scale: 2, x: 0.45, y: 0.6 });
});

test("the transform of the picture and the frame in the map say the same", () => {
  assert.equal(transformOf(WHOLE), "none");
  assert.equal(transformOf({ scale: 2, x: 0.25, y: 0.75 }), "translate(0.000%, -100.000%) scale(2)");
  assert.equal(frameOf({ scale: 2, x: 0.25, y: 0.75 }), "translate(0.000%, 50.000%) scale(0.5)");
});

test("letters are keys by their place where the keyboard writes Arabic", () => {
  assert.equal(actOf({ key: "f", code: "KeyF" }), "fullscreen");
  assert.equal(actOf({ key: "ب", code: "KeyF" }), "fullscreen");
  assert.equal(actOf({ key: "S", code: "KeyS" }), "save");
  assert.equal(actOf({ key: "a", code: "KeyF" }), null);
  assert.equal(actOf({ key: "=", code: "Equal" }), "closer");
  assert.equal(actOf({ key: "Enter", code: "Enter" }), null);
});

test("with Ctrl, Alt or Meta a key is the browser's, in a field the text's, and taken keys are taken", () => {
  for (const held of ["ctrlKey", "altKey", "metaKey", "defaultPrevented"]) {
    assert.equal(actOf({ key: "s", code: "KeyS", [held]: true }), null, held);
  }
  assert.equal(actOf({ key: "s", code: "KeyS", target: { closest: (what) => what.includes("textarea") } }), null);
});

test("medium is offered only where three layers exist, and no choice where there is one", () => {
  assert.deepEqual(offeredQualities(null), ["auto", "high", "low"]);
  assert.deepEqual(offeredQualities(["high", "low"]), ["auto", "high", "low"]);
  assert.deepEqual(offeredQualities(["high"]), []);
  assert.deepEqual(offeredQualities(["high"], 3), ["auto", "high", "medium", "low"]);
  assert.deepEqual(offeredQualities(["high", "medium", "low"]), ["auto", "high", "medium", "low"]);
});

test("the chosen quality is remembered; nonsense and a browser without a store are auto", () => {
  const kept = new Map();
  globalThis.localStorage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
  assert.equal(rememberedQuality(), "auto");
  rememberQuality("low");
  assert.equal(rememberedQuality(), "low");
  kept.set("player.quality", "best");
  assert.equal(rememberedQuality(), "auto");
  const refuse = () => {
    throw new Error("SecurityError");
  };
  globalThis.localStorage = { getItem: refuse, setItem: refuse };
  rememberQuality("high");
  assert.equal(rememberedQuality(), "auto");
});

test("times on pictures are the same in every language, and names of files have no colons", () => {
  const date = new Date(2026, 10, 29, 7, 5, 2);
  assert.equal(stamp(date), "2026-11-29 07:05:02");
  assert.equal(fileName("cam-001", date), "cam-001_2026-11-29_07-05-02");
});

test("an age is told in its largest unit", () => {
  const now = new Date(2026, 0, 2);
  const before = (seconds) => ago(new Date(now - seconds * 1000), now);
  assert.deepEqual([before(5), before(200), before(7200), before(200_000)], ["5 seconds ago", "3 minutes ago", "2 hours ago", "2 days ago"]);
});

test("frames each second are counted from look to look", () => {
  const quality = { totalVideoFrames: 100, droppedVideoFrames: 2 };
  const numbers = new PictureNumbers({ getVideoPlaybackQuality: () => quality, videoWidth: 640, videoHeight: 360 });
  assert.equal(numbers.look(0).fps, null);
  quality.totalVideoFrames = 125;
  assert.deepEqual(numbers.look(1000), { width: 640, height: 360, fps: 25, framesDropped: 2 });
  quality.totalVideoFrames = 3; // another source
  assert.equal(numbers.look(2000).fps, null);
});

test("every tool, number, state's reason and code of the player's own has its word", () => {
  const root = new URL("../../", import.meta.url);
  const given = readFileSync(new URL("templates/words/player.html", root), "utf8");
  const sources = (folder) => readdirSync(new URL(folder, root)).map((name) => readFileSync(new URL(`${folder}/${name}`, root), "utf8"));
  const all = [...sources("static/js/player"), ...sources("static/js/transports")].join("\n");
  const said = (pattern) => [...all.matchAll(pattern)].map(([, name]) => name);
  const words = [
    ...said(/\btool\("(\w+)"/g).map((name) => `player.${name}`),
    ...said(/^ {4}\["(\w+)", /gm).map((name) => `player.number.${name}`),
    ...said(/(?:code: |failure\(|lost\(|tellAll\()"(\w+)"/g).map((code) => `player.code.${code}`),
    ...["hidden", "off_screen"].map((cause) => `player.code.${cause}`),
    ...["idle", "connecting", "fallback", "snapshot", "offline", "refused", "ended"].map((state) => `player.reason.${state}`),
  ];
  assert.ok(words.length > 30, String(words.length));
  for (const word of words) assert.ok(given.includes(`data-word="${word}"`), word);
});
