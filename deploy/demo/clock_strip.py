"""The machine-readable strip: when a frame was made and which camera made it, readable by a program.

Layout, for 16:9 pictures of any size (all fractions are of the picture, so scaling keeps them):

* At the top left corner, 2 rows of 40 square blocks, each `width / 40` wide and high (`height / 22.5`). At 640x360,
  1280x720 and 1920x1080 a block is 16, 32 and 48 pixels: whole macroblocks, so that any video codec keeps them sharp.
* White is 1, black is 0; 80 bits in reading order, most significant bit first:

  ======  ====  ==========================================================================
  bits    size  meaning
  ======  ====  ==========================================================================
  0-3     4     marker 1010; its blocks also tell the reader how bright white and black are
  4-47    44    capture time, milliseconds since 1970-01-01 UTC
  48-63   16    camera number: CRC-16/CCITT-FALSE of the camera_id in ASCII
  64-79   16    CRC-16/CCITT-FALSE of the 8 bytes that bits 0-63 make
  ======  ====  ==========================================================================

`static/js/clock-strip.js` is the same reader for a browser's canvas.
"""

from __future__ import annotations

import binascii
from collections.abc import Callable
from typing import NamedTuple

COLUMNS, ROWS = 40, 2
BLOCKS_HIGH = 22.5
BITS = COLUMNS * ROWS
MARKER = 0b1010
WHITE, BLACK = 225, 25
LEAST_CONTRAST = 60
PROBE_OFFSETS = (-0.2, 0.0, 0.2)


class Strip(NamedTuple):
    """What a picture says: capture time in milliseconds since 1970 UTC, and the camera number."""

    ms: int
    camera: int


def crc16(data: bytes) -> int:
    return binascii.crc_hqx(data, 0xFFFF)


def camera_number(camera_id: str) -> int:
    """The 16-bit number that stands for `camera_id` in the strip."""
    return crc16(camera_id.encode("ascii"))


def encode(ms: int, camera: int) -> int:
    """The 80 bits of a strip as one integer, first block in the most significant bit."""
    body = MARKER << 60 | (ms & (1 << 44) - 1) << 16 | camera
    return body << 16 | crc16(body.to_bytes(8, "big"))


def decode(bits: int) -> Strip | None:
    """What 80 bits say, or None where marker or checksum is wrong."""
    body, crc = bits >> 16, bits & 0xFFFF
    if body >> 60 != MARKER or crc16(body.to_bytes(8, "big")) != crc:
        return None
    return Strip(ms=body >> 16 & (1 << 44) - 1, camera=body & 0xFFFF)


def read(width: int, height: int, luma: Callable[[int, int], float]) -> Strip | None:
    """Read the strip of a picture; `luma(x, y)` gives a pixel's brightness, 0 to 255. None: no valid strip."""
    levels = [_level(index, width, height, luma) for index in range(BITS)]
    white, black = (levels[0] + levels[2]) / 2, (levels[1] + levels[3]) / 2
    if white - black < LEAST_CONTRAST:
        return None
    threshold = (white + black) / 2
    return decode(int("".join("1" if level > threshold else "0" for level in levels), 2))


def read_plane(plane: bytes, width: int, height: int, stride: int) -> Strip | None:
    """Read the strip of a raw luma plane (GRAY8, or the Y of I420)."""
    return read(width, height, lambda x, y: plane[y * stride + x])


def _level(index: int, width: int, height: int, luma: Callable[[int, int], float]) -> float:
    row, column = divmod(index, COLUMNS)
    xs = [int((column + 0.5 + offset) * width / COLUMNS) for offset in PROBE_OFFSETS]
    ys = [int((row + 0.5 + offset) * height / BLOCKS_HIGH) for offset in PROBE_OFFSETS]
    return sum(luma(x, y) for y in ys for x in xs) / 9


class Painter:
    """Makes the bytes of the strip for I420 frames of one width."""

    def __init__(self, *, camera_id: str, width: int) -> None:
        self._camera = camera_number(camera_id)
        self._block = width // COLUMNS
        self._white, self._black = bytes([WHITE]) * self._block, bytes([BLACK]) * self._block
        self.chroma = bytes([128]) * (width // 2 * self._block * ROWS // 2)

    def luma(self, ms: int) -> bytes:
        """The first rows of the Y plane (2 blocks high) for a frame made at `ms`."""
        bits = format(encode(ms, self._camera), f"0{BITS}b")
        rows = (bits[:COLUMNS], bits[COLUMNS:])
        return b"".join(self._line(row) * self._block for row in rows)

    def _line(self, row: str) -> bytes:
        return b"".join(self._white if bit == "1" else self._black for bit in row)
