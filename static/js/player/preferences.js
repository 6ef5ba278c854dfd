/** What an operator chose for every player of this browser. Without a store (private windows) it is forgotten. */

const QUALITY = "player.quality";
const QUALITIES = ["auto", "high", "medium", "low"];

export function rememberedQuality() {
  try {
    const kept = localStorage.getItem(QUALITY);
    return QUALITIES.includes(kept) ? kept : "auto";
  } catch {
    return "auto";
  }
}

export function rememberQuality(quality) {
  try {
    localStorage.setItem(QUALITY, quality);
  } catch {
    // nothing is kept
  }
}

/**
 * What there is to choose from. Pure. `layers`: of the camera, as its reservation says, null while nobody knows;
 * `simulcast`: how many the media server has of its one track.
 */
export function offeredQualities(layers, simulcast = 0) {
  if (layers && layers.length < 2 && simulcast < 2) return [];
  const three = layers?.includes("medium") || simulcast >= 3;
  return three ? ["auto", "high", "medium", "low"] : ["auto", "high", "low"];
}
