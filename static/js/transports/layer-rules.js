/** Names of layers: which one suits a quality, and what a viewer needs. Pure. */

/** In the order of a session's m-lines: the camera's main stream, and its sub-stream. */
export const LAYERS = ["high", "low"];

/** The layer that suits a quality: auto, high, medium or low. */
export function layerOf(quality) {
  return quality === "low" ? "low" : "high";
}

/** The layer to show of those the camera has: the suitable one, else whatever there is. */
export function suited(quality, available) {
  const wanted = layerOf(quality);
  return available.includes(wanted) ? wanted : (available[0] ?? "high");
}

/** Layers without doubles and holes, high first. */
export function inOrder(layers) {
  return LAYERS.filter((each) => layers.includes(each));
}
