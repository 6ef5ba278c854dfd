/** The colours are readable in every theme: WCAG 2.2's ratios, computed from tokens.css itself. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

const css = readFileSync(new URL("../../static/css/tokens.css", import.meta.url), "utf8");
const block = (selector) => css.slice(css.indexOf(`${selector} {`)).split("\n}")[0];
const HEX = /--([a-z-]+): #([0-9a-f]{6});/g;

/** What `text` sets, over what holds already, in both schemes. */
function schemes(text, { light = {}, dark = {} } = {}) {
  const found = { light: { ...light }, dark: { ...dark } };
  for (const [, name, first, second] of text.matchAll(/--([a-z-]+): light-dark\(#([0-9a-f]{6}), #([0-9a-f]{6})\);/g)) {
    found.light[name] = first;
    found.dark[name] = second;
  }
  return found;
}

function themes() {
  const { light, dark } = schemes(block(":root"));
  for (const [, name, value] of block(":root").matchAll(HEX)) light[name] = dark[name] = value;
  const contrast = { ...dark };
  for (const [, name, value] of block(':root[data-theme="contrast"]').matchAll(HEX)) contrast[name] = value;
  const more = schemes(block('html:root:not([data-theme="contrast"])'), { light, dark });
  return { dark, light, contrast, "dark, with more contrast": more.dark, "light, with more contrast": more.light };
}

function luminance(hex) {
  const [r, g, b] = [0, 2, 4].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function ratio(one, other) {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

const TEXT = ["text", "text-soft", "accent", "good", "warn", "bad", "unknown"];
const GROUNDS = ["ground", "surface", "raised"];

for (const [theme, colour] of Object.entries(themes())) {
  const least = theme.includes("contrast") ? 7 : 4.5;

  test(`text is readable on every ground, ${theme}`, () => {
    for (const text of TEXT) {
      for (const ground of GROUNDS) assert.ok(ratio(colour[text], colour[ground]) >= least, `${text} on ${ground}`);
    }
  });

  test(`words on a coloured ground are readable, ${theme}`, () => {
    for (const tone of ["good", "warn", "bad", "accent"]) {
      for (const text of ["text", tone]) assert.ok(ratio(colour[text], colour[`${tone}-soft`]) >= 4.5, `${text} on ${tone}-soft`);
    }
    assert.ok(ratio(colour["on-accent"], colour["accent-ground"]) >= 4.5);
    assert.ok(ratio("ffffff", colour["bad-ground"]) >= 4.5);
  });

  test(`edges of controls and the focus are seen, ${theme}`, () => {
    for (const ground of GROUNDS) {
      assert.ok(ratio(colour["line-strong"], colour[ground]) >= 3, `line-strong on ${ground}`);
      assert.ok(ratio(colour.focus, colour[ground]) >= 3, `focus on ${ground}`);
    }
  });
}
