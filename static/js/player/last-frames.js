/**
 * The last frame of cameras this page has shown, so that a tile that comes again (another layout, another place) does not
 * begin in the dark. In memory only: gone with the page, and never more than a wall or two of them.
 */
const MOST = 32;
const WIDEST = 640;
const frames = new Map(); // camera → {blob, takenAt, watermark}, the oldest first

/** Keeps what `source` (a video or a canvas) shows now. `takenAt`: a Date; `watermark`: what has to stand over it. */
export function keepFrame(cameraId, source, { takenAt = new Date(), watermark = "" } = {}) {
  const [width, height] = [source.videoWidth ?? source.width, source.videoHeight ?? source.height];
  if (!width || !height) return;
  const scale = Math.min(1, WIDEST / width);
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: Math.round(width * scale), height: Math.round(height * scale) });
  canvas.getContext("2d").drawImage(source, 0, 0, canvas.width, canvas.height);
  try {
    canvas.toBlob((blob) => blob && store(cameraId, { blob, takenAt, watermark }), "image/jpeg", 0.8);
  } catch {
    // a picture of another origin is not ours to keep
  }
}

function store(cameraId, frame) {
  frames.delete(cameraId);
  frames.set(cameraId, frame);
  if (frames.size > MOST) frames.delete(frames.keys().next().value);
}

export const keptFrame = (cameraId) => frames.get(cameraId) ?? null;
