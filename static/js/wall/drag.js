const KIND = "application/x-cctv-camera";

/**
 * Drag and drop: from the list onto a tile, between tiles, and from a tile back to the list, which empties it.
 *
 * `cameraOf(row)`, `placeOf(element)`: what is dragged, where it is; `put(place, camera)`, `move(from, to)`,
 * `clear(place)`: what a drop does. What comes from elsewhere (a file, a text) is not taken.
 */
export function allowDragging({ grid, list, cameraOf, placeOf, put, move, clear }) {
  let dragged = null; // {camera} or {place}: the data of a drag cannot be read before its drop

  const start = (event, what) => {
    dragged = what;
    event.dataTransfer.setData(KIND, "");
    event.dataTransfer.effectAllowed = "move";
    document.documentElement.dataset.dragging = "";
  };
  const end = () => {
    dragged = null;
    delete document.documentElement.dataset.dragging;
    over(null);
  };
  const over = (tile) => {
    for (const each of grid.querySelectorAll(".is-over")) if (each !== tile) each.classList.remove("is-over");
    tile?.classList.add("is-over");
  };

  list.addEventListener("dragstart", (event) => {
    const camera = cameraOf(event.target);
    if (camera) start(event, { camera });
  });
  grid.addEventListener("dragstart", (event) => {
    if (event.target.matches?.(".wall-tile")) start(event, { place: placeOf(event.target) });
  });
  for (const element of [grid, list]) element.addEventListener("dragend", end);

  grid.addEventListener("dragover", (event) => {
    const tile = event.target.closest?.(".wall-tile");
    if (!dragged || !tile) return;
    event.preventDefault();
    over(tile);
  });
  grid.addEventListener("dragleave", ({ relatedTarget }) => grid.contains(relatedTarget) || over(null));
  grid.addEventListener("drop", (event) => {
    const place = placeOf(event.target);
    const what = dragged;
    if (!what || place < 0) return;
    event.preventDefault();
    end();
    if (what.camera) put(place, what.camera);
    else move(what.place, place);
  });

  list.addEventListener("dragover", (event) => dragged?.place >= 0 && event.preventDefault());
  list.addEventListener("drop", (event) => {
    if (!(dragged?.place >= 0)) return;
    event.preventDefault();
    const { place } = dragged;
    end();
    clear(place);
  });
}
