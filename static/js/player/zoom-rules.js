/** Digital zoom as numbers. Pure. A view is {scale ≥ 1, x, y}: x, y say which point of the picture is in the middle, 0–1. */

export const MOST = 8;
export const STEP = 1.5;
export const WHOLE = Object.freeze({ scale: 1, x: 0.5, y: 0.5 });

const between = (least, value, most) => Math.min(most, Math.max(least, value));

/** The nearest view that shows nothing beside the picture. What is not a number counts as the middle. */
export function sane({ scale, x, y }) {
  const times = between(1, Number.isFinite(scale) ? scale : 1, MOST);
  const half = 0.5 / times;
  const kept = (at) => between(half, Number.isFinite(at) ? at : 0.5, 1 - half);
  return { scale: times, x: kept(x), y: kept(y) };
}

/** Another scale, with the point of the picture that lies under `at` (0–1 of the frame) kept where it is. */
export function zoomed(view, scale, at = { x: 0.5, y: 0.5 }) {
  const times = between(1, scale, MOST);
  const kept = (axis) => view[axis] + (at[axis] - 0.5) * (1 / view.scale - 1 / times);
  return sane({ scale: times, x: kept("x"), y: kept("y") });
}

/** The picture dragged by so much, in parts of the frame. */
export function dragged(view, dx, dy) {
  return sane({ scale: view.scale, x: view.x - dx / view.scale, y: view.y - dy / view.scale });
}

/** The view as a transform from the upper left corner; the axes are the screen's, also where text runs to the left. */
export function transformOf({ scale, x, y }) {
  const shift = (at) => `${((0.5 - at * scale) * 100).toFixed(3)}%`;
  return scale === 1 ? "none" : `translate(${shift(x)}, ${shift(y)}) scale(${scale})`;
}

/** Where the frame lies in the whole picture: the same, the other way round. */
export function frameOf({ scale, x, y }) {
  const shift = (at) => `${((at - 0.5 / scale) * 100).toFixed(3)}%`;
  return `translate(${shift(x)}, ${shift(y)}) scale(${1 / scale})`;
}
