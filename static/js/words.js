/**
 * The words that scripts show. There is one way to hand them over: a page includes a
 * `<template data-words>` whose elements carry `data-word="key"` and a translated text
 * (templates/words/*.html), so that gettext sees them like any other text of a template.
 * `{name}` in a text is filled from the second argument.
 */
const words = new Map();

function collect() {
  for (const template of document.querySelectorAll("template[data-words]")) {
    for (const each of template.content.querySelectorAll("[data-word]")) {
      words.set(each.dataset.word, each.textContent.trim());
    }
  }
}

export function hasWord(key) {
  if (words.size === 0) collect();
  return words.has(key);
}

/** The text for `key`; the key itself where a page forgot to include it. */
export function word(key, params = {}) {
  if (!hasWord(key)) return key;
  return words.get(key).replace(/\{(\w+)\}/g, (whole, name) => params[name] ?? whole);
}
