/** The wall: cameras from the list into tiles, by mouse and by keyboard; saved. */
import "../camera-player.js";
import { keepMarks } from "../camera-marks.js";
import * as format from "../format.js";
import { register } from "../site/shortcuts.js";
import { CameraList } from "../wall/camera-list.js";
import { allowDragging } from "../wall/drag.js";
import { Grid } from "../wall/grid.js";
import { WallModel } from "../wall/model.js";
import { Saving } from "../wall/save.js";
import { shortcuts } from "../wall/shortcuts.js";
import { Toolbar } from "../wall/toolbar.js";
import { word } from "../words.js";

const data = JSON.parse(document.getElementById("wall-data").textContent);
const page = document.querySelector("[data-wall]");
const limit = data.max_tiles;
const model = new WallModel({ layouts: data.layouts, wall: data.wall, name: word("wall.untitled") });
const grid = new Grid(page.querySelector("[data-tiles]"), model, { limit });
const list = new CameraList(page, (id) => model.placeOf(id));
const saving = new Saving(model, { told: (...what) => toolbar.tell(...what), clash: (ways) => toolbar.clash(ways) });
const toolbar = new Toolbar(page, model, saving, { limit });

keepMarks();
model.addEventListener("change", () => list.mark());
grid.addEventListener("select", () => list.mark());

function take(camera, place = model.target(grid.selected, limit)) {
  const shown = model.placeOf(camera.camera_id);
  if (shown >= 0) {
    grid.select(shown);
    toolbar.tell(word("wall.there_already", { name: camera.name, number: format.count(shown + 1) }));
  } else if (place < 0) toolbar.tell(word("wall.full"), "bad");
  else model.put(place, camera);
}

list.addEventListener("take", ({ detail }) => take(detail));
allowDragging({
  grid: page.querySelector("[data-tiles]"),
  list: page.querySelector("[data-found]"),
  cameraOf: (row) => list.cameraOf(row),
  placeOf: (element) => grid.placeOf(element),
  put: (place, camera) => place < limit && model.put(place, camera),
  move: (from, to) => to < limit && model.move(from, to),
  clear: (place) => model.clear(place),
});
page.querySelector("[data-fullscreen]").addEventListener("click", () => {
  if (document.fullscreenElement) document.exitFullscreen();
  else page.querySelector("[data-tiles]").requestFullscreen().catch(() => null);
});
page.querySelector("[data-tiles]").addEventListener("click", ({ target }) => {
  if (target.closest("[data-tile=empty]")) list.focus();
});
register(shortcuts({ model, grid, list, limit }));
