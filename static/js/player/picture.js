import { fileName } from "./stamp.js";

const TYPE = "image/png"; // what is kept as evidence should not be compressed twice

/** What can be drawn of a player now: its video or the frame that is kept, or a still; null where there is nothing. */
async function drawable({ stage, poster }) {
  if (stage.seen) return stage.seen.source;
  const still = poster.shown ? poster.node : await stillOf(stage.video);
  return still?.naturalWidth ? still : null;
}

async function stillOf(video) {
  if (!video.poster) return null;
  const still = new Image();
  still.src = video.poster;
  await still.decode().catch(() => null);
  return still;
}

/** The watermark goes into the file as it is over the picture. */
function sign(context, line, { width, height }) {
  const size = Math.max(12, Math.round(height / 36));
  context.font = `600 ${size}px sans-serif`;
  context.textAlign = "center";
  context.lineWidth = Math.max(2, size / 8);
  context.strokeStyle = "rgb(0 0 0 / 55%)";
  context.fillStyle = "rgb(255 255 255 / 65%)";
  for (const [x, y] of [[0.25, 0.2], [0.75, 0.2], [0.25, 0.55], [0.75, 0.55], [0.25, 0.9], [0.75, 0.9]]) {
    context.strokeText(line, x * width, y * height, width / 2);
    context.fillText(line, x * width, y * height, width / 2);
  }
}

function download(blob, name) {
  const url = URL.createObjectURL(blob);
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/**
 * Saves the whole picture now shown, in the size it has, as a file. Resolves to its name; to null where there is no
 * picture, or the browser does not let us have it.
 */
export async function savePicture({ cameraId, stage, poster, line, now = new Date() }) {
  const source = await drawable({ stage, poster });
  if (!source) return null;
  const width = source.videoWidth ?? source.naturalWidth ?? source.width;
  const height = source.videoHeight ?? source.naturalHeight ?? source.height;
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d");
  context.drawImage(source, 0, 0, width, height);
  if (line) sign(context, line, { width, height });
  const blob = await new Promise((resolve) => toBlob(canvas, resolve));
  if (!blob) return null;
  const name = `${fileName(cameraId, now)}.png`;
  download(blob, name);
  return name;
}

function toBlob(canvas, resolve) {
  try {
    canvas.toBlob(resolve, TYPE);
  } catch {
    resolve(null); // a picture of another origin
  }
}
