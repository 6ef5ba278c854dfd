/** What the keys of the wall do, for whoever listens to the keyboard (site/shortcuts.js). */

const ARROWS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"];

export function shortcuts({ model, grid, list, limit }) {
  const tiles = () => grid.selected >= 0;
  const player = () => Boolean(grid.player);
  const go = (place) => place < model.size && grid.select(place, { focus: true });
  const carry = (key) => {
    const to = grid.towards(key);
    if (to >= limit) return;
    model.move(grid.selected, to);
    go(to);
  };
  return [
    ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((digit) => ({
      key: String(digit),
      word: "wall.key.digit",
      run: () => go(digit - 1),
    })),
    ...ARROWS.map((key) => ({ key, word: "wall.key.arrow", run: () => go(grid.towards(key)) })),
    ...ARROWS.map((key) => ({ key: `Shift+${key}`, word: "wall.key.carry", run: () => carry(key), when: player })),
    { key: "Enter", word: "wall.key.enter", run: () => enter(grid, list), when: tiles },
    { key: "f", word: "wall.key.fullscreen", run: () => fullscreen(grid.player), when: player },
    { key: "m", word: "wall.key.sound", run: () => grid.toggleSound(), when: player },
    { key: "s", word: "wall.key.picture", run: () => grid.player.savePicture?.(), when: player },
    { key: "Delete", word: "wall.key.remove", run: () => model.clear(grid.selected), when: tiles },
    { key: "Escape", word: "wall.key.back", run: () => back(grid) },
    { key: "/", word: "wall.key.search", run: () => list.focus() },
  ];
}

/** A picture is enlarged and made small again; into an empty tile a camera is wanted. */
function enter(grid, list) {
  if (grid.player) grid.enlarge(grid.enlarged >= 0 ? -1 : grid.selected);
  else list.focus();
}

function fullscreen(player) {
  if (document.fullscreenElement) document.exitFullscreen();
  else if (player.fullscreen) player.fullscreen();
  else player.requestFullscreen().catch(() => null);
}

/** One step: from the list to the tiles, from the enlarged tile to all, then no tile is chosen. */
function back(grid) {
  if (document.activeElement?.matches("input[type=search]")) grid.select(Math.max(0, grid.selected), { focus: true });
  else if (grid.enlarged >= 0) grid.enlarge(-1);
  else {
    grid.select(-1);
    document.activeElement?.blur();
  }
}
