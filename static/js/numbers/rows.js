/** Rows made of a `<template>`, kept by key: a change moves one number and nothing flickers. */

export const part = (root, name) => root.querySelector(`[data-part="${name}"]`);

export function keepRows(body, template, items, keyOf, fill) {
  const rows = new Map([...body.querySelectorAll(":scope > [data-key]")].map((row) => [row.dataset.key, row]));
  items.forEach((item, index) => {
    const key = String(keyOf(item));
    const row = rows.get(key) ?? template.content.firstElementChild.cloneNode(true);
    rows.delete(key);
    row.dataset.key = key;
    fill(row, item);
    if (body.children[index] !== row) body.insertBefore(row, body.children[index] ?? null);
  });
  for (const gone of rows.values()) gone.remove();
}

/** The link of a camera with its name and, beneath, its ID. */
export function fillCamera(row, { camera_id: id, name }) {
  const address = document.querySelector("[data-camera-url]")?.dataset.cameraUrl ?? "";
  const link = part(row, "name");
  link.textContent = name || id;
  link.href = address.replace("CAMERA", encodeURIComponent(id));
  part(row, "id").textContent = id;
}
