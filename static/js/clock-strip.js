/**
 * Reads the strip of blocks at the top of a demo camera's picture: when the frame was made, and by which camera.
 * The layout is described in deploy/demo/clock_strip.py.
 */

const COLUMNS = 40;
const BLOCKS_HIGH = 22.5;
const BITS = 80;
const LEAST_CONTRAST = 60;
const OFFSETS = [-0.2, 0, 0.2];
const NOTHING = Object.freeze({ ms: 0, camera: 0, ok: false });

/** CRC-16/CCITT-FALSE of bytes. */
export function crc16(bytes) {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let i = 0; i < 8; i += 1) {
      crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff;
    }
  }
  return crc;
}

/** The 16-bit number that stands for a camera_id in the strip. */
export function cameraNumber(cameraId) {
  return crc16(new TextEncoder().encode(cameraId));
}

function brightness({ data, width }, x, y) {
  const at = (y * width + x) * 4;
  return 0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2];
}

function level(image, frameHeight, index) {
  const row = Math.floor(index / COLUMNS);
  const column = index % COLUMNS;
  let sum = 0;
  for (const dy of OFFSETS) {
    const y = Math.floor(((row + 0.5 + dy) * frameHeight) / BLOCKS_HIGH);
    for (const dx of OFFSETS) {
      sum += brightness(image, Math.floor(((column + 0.5 + dx) * image.width) / COLUMNS), y);
    }
  }
  return sum / (OFFSETS.length * OFFSETS.length);
}

function toBytes(bits) {
  const bytes = [];
  for (let i = 0; i < bits.length; i += 8) {
    bytes.push(parseInt(bits.slice(i, i + 8), 2));
  }
  return bytes;
}

/**
 * @param {{data: ArrayLike<number>, width: number, height: number}} imageData RGBA pixels (getImageData) of the whole
 *   picture, or of its upper part only, at any scale.
 * @param {number} [frameHeight] height of the whole picture, where imageData holds only the upper part of it.
 * @returns {{ms: number, camera: number, ok: boolean}} ms since 1970 UTC; `ok` false: no valid strip in this picture.
 */
export function readStrip(imageData, frameHeight = imageData.height) {
  const levels = Array.from({ length: BITS }, (_, index) => level(imageData, frameHeight, index));
  const white = (levels[0] + levels[2]) / 2;
  const black = (levels[1] + levels[3]) / 2;
  if (!(white - black >= LEAST_CONTRAST)) return NOTHING;
  const threshold = (white + black) / 2;
  const bits = levels.map((value) => (value > threshold ? "1" : "0")).join("");
  const bytes = toBytes(bits);
  const valid = bits.startsWith("1010") && crc16(bytes.slice(0, 8)) === (bytes[8] << 8 | bytes[9]);
  if (!valid) return NOTHING;
  return { ms: parseInt(bits.slice(4, 48), 2), camera: parseInt(bits.slice(48, 64), 2), ok: true };
}
