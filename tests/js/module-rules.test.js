/** What Django's storage needs to give modules hashed names, and the CSP to run them. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";

const ROOT = new URL("../../", import.meta.url);
const filesIn = (folder, end) =>
  readdirSync(new URL(folder, ROOT), { recursive: true })
    .filter((name) => name.endsWith(end))
    .map((name) => ({ name: `${folder}/${name}`, text: readFileSync(new URL(`${folder}/${name}`, ROOT), "utf8") }));

test("imports are relative, with double quotes and a semicolon", () => {
  for (const { name, text } of filesIn("static/js", ".js")) {
    for (const [line] of text.matchAll(/^(?:import|export) .*from .*$/gm)) {
      assert.match(line, / from "\.\.?\/[^"]+";$/, `${name}: ${line}`);
    }
    for (const [, path] of text.matchAll(/import\(([^)]*)\)/g)) assert.match(path, /^"\.\.?\//, name);
  }
});

test("templates hold no script, style or handler of their own", () => {
  for (const { name, text } of filesIn("templates", ".html")) {
    assert.doesNotMatch(text, /<script(?![^>]*\bsrc=)/, name);
    assert.doesNotMatch(text, /<style|\sstyle=|\son[a-z]+=/, name);
  }
});

test("every word a script asks for is in a template", () => {
  const given = filesIn("templates/words", ".html").flatMap(({ text }) =>
    [...text.matchAll(/data-word="([^"]+)"/g)].map(([, key]) => key),
  );
  for (const { name, text } of filesIn("static/js", ".js")) {
    for (const [, key] of text.matchAll(/\bword(?:\(|: )"([^"]+)"/g)) assert.ok(given.includes(key), `${name}: ${key}`);
  }
  for (const state of ["idle", "connecting", "live", "stalled", "fallback", "snapshot", "paused", "offline", "refused", "ended"]) {
    assert.ok(given.includes(`player.state.${state}`), state);
  }
});

test("style sheets use logical properties only", () => {
  const physical = /(?<![-\w])(?:(?:margin|padding|border|inset)-(?:left|right|top|bottom)|left|right|top|bottom|width|height)\s*:/;
  for (const { name, text } of filesIn("static/css", ".css")) {
    const bare = text.replace(/\((?:max|min)-(?:width|height):[^)]*\)/g, "");
    assert.doesNotMatch(bare, physical, name);
  }
});

test("every icon that a page or a script names is in the sheet", () => {
  const names = /const NAMES = `([^`]+)`/.exec(readFileSync(new URL("deploy/web/icons.mjs", ROOT), "utf8"))[1];
  const given = new Set(names.trim().split(/\s+/));
  const asked = [
    [filesIn("static/js", ".js"), /\b(?:symbol\(|tool\("[\w-]+", )"([a-z\d-]+)"/g],
    [filesIn("templates", ".html"), /parts\/icon\.html" with name="([a-z\d-]+)"/g],
  ].flatMap(([files, named]) => files.flatMap(({ name, text }) => [...text.matchAll(named)].map(([, icon]) => [name, icon])));
  assert.ok(asked.length > 40, String(asked.length));
  for (const [name, icon] of asked) assert.ok(given.has(icon), `${name}: ${icon}`);
});
