"""What H.264's own bits tell: size, profile and whether frames may be reordered (ITU-T H.264 §7.3.2.1, §7.3.3)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass

HIGH_PROFILES = frozenset({100, 110, 122, 244, 44, 83, 86, 118, 128})
BASELINE = 66
BROWSERS = frozenset({66, 77, 100})  # Baseline, Main and High: what every browser decodes
SPS, SLICES = 7, frozenset({1, 5})
EXTENDED_ASPECT_RATIO = 255


@dataclass(frozen=True)
class Sps:
    """`reorders`: True, False, or None where only the frames can tell; `depth`: bits of a sample."""

    profile: int
    width: int
    height: int
    chroma: int
    reorders: bool | None
    depth: int = 8

    @property
    def unfit(self) -> str | None:
        """Why browsers cannot be sent such frames, or None."""
        return "b_frames" if self.reorders else self.undecodable

    @property
    def undecodable(self) -> str | None:
        """Why browsers show nothing of it at all, or None."""
        if self.chroma != 1:
            return "not_420"
        if self.depth != 8:
            return "not_8_bit"
        return None if self.profile in BROWSERS else "profile"


class _Bits:
    def __init__(self, data: bytes) -> None:
        self._bits = "".join(f"{byte:08b}" for byte in data)
        self._at = 0

    def take(self, count: int) -> int:
        self._at += count
        if self._at > len(self._bits):
            raise ValueError("SPS ends early")
        return int(self._bits[self._at - count : self._at] or "0", 2)

    def ue(self) -> int:
        zeros = self._bits.index("1", self._at) - self._at
        self._at += zeros
        return self.take(zeros + 1) - 1

    def se(self) -> int:
        code = self.ue()
        return (code + 1) // 2 if code % 2 else -(code // 2)


def from_sprop(sprop: str) -> Sps | None:
    """Parse the SPS in an SDP's `sprop-parameter-sets`; None where there is none that can be read."""
    try:
        for part in sprop.split(","):
            unit = base64.b64decode(part)
            if unit and unit[0] & 0x1F == SPS:
                return parsed(unit)
    except binascii.Error:
        return None
    return None


def parsed(unit: bytes) -> Sps | None:
    """As `parse`; None where it cannot be read."""
    try:
        return parse(unit)
    except (ValueError, IndexError):
        return None


def nal_units(stream: bytes) -> Iterator[bytes]:
    """The NAL units of a byte stream (Annex B); the last one may be cut off."""
    return (unit for part in stream.split(b"\x00\x00\x01")[1:] if (unit := part.rstrip(b"\x00")))


def first_sps(stream: bytes) -> bytes | None:
    """The first SPS NAL unit in a byte stream."""
    return next((unit for unit in nal_units(stream) if unit[0] & 0x1F == SPS), None)


def has_b_slice(stream: bytes) -> bool:
    """Whether the first slice in a byte stream is a B slice; its first bytes are enough."""
    for unit in nal_units(stream):
        if unit[0] & 0x1F in SLICES:
            try:
                bits = _Bits(unit[1:9])
                bits.ue()
                return bits.ue() % 5 == 1
            except ValueError:
                return False
    return False


def parse(unit: bytes) -> Sps:
    """Parse one SPS NAL unit without start code; raises ValueError where it ends early."""
    bits = _Bits(unit[1:].replace(b"\x00\x00\x03", b"\x00\x00"))
    profile = bits.take(8)
    bits.take(16)
    bits.ue()
    chroma, depth = _high_fields(bits) if profile in HIGH_PROFILES else (1, 8)
    bits.ue()
    order = _picture_order(bits)
    bits.ue()
    bits.take(1)
    width, height = _size(bits, chroma)
    reorder_frames = _reorder_frames(bits) if bits.take(1) else None
    return Sps(profile, width, height, chroma, _reorders(profile, order, reorder_frames), depth)


def _reorders(profile: int, order: int, reorder_frames: int | None) -> bool | None:
    if profile == BASELINE or order == 2:
        return False
    return None if reorder_frames is None else reorder_frames > 0


def _high_fields(bits: _Bits) -> tuple[int, int]:
    """Chroma format and the greater bit depth."""
    chroma = bits.ue()
    if chroma == 3:
        bits.take(1)
    depth = 8 + max(bits.ue(), bits.ue())
    bits.take(1)
    if bits.take(1):
        for index in range(8 if chroma != 3 else 12):
            if bits.take(1):
                _skip_scaling_list(bits, 16 if index < 6 else 64)
    return chroma, depth


def _skip_scaling_list(bits: _Bits, size: int) -> None:
    last, following = 8, 8
    for _ in range(size):
        if following:
            following = (last + bits.se()) % 256
        last = following or last


def _picture_order(bits: _Bits) -> int:
    kind = bits.ue()
    if kind == 0:
        bits.ue()
    elif kind == 1:
        bits.take(1)
        bits.se()
        bits.se()
        for _ in range(bits.ue()):
            bits.se()
    return kind


def _size(bits: _Bits, chroma: int) -> tuple[int, int]:
    width, height = (bits.ue() + 1) * 16, (bits.ue() + 1) * 16
    progressive = bits.take(1)
    if not progressive:
        bits.take(1)
        height *= 2
    bits.take(1)
    if not bits.take(1):
        return width, height
    left, right, top, bottom = bits.ue(), bits.ue(), bits.ue(), bits.ue()
    across = 2 if chroma in {1, 2} else 1
    down = (2 if chroma == 1 else 1) * (1 if progressive else 2)
    return width - (left + right) * across, height - (top + bottom) * down


def _reorder_frames(bits: _Bits) -> int | None:
    """`max_num_reorder_frames` of the VUI, or None where it does not say."""
    if bits.take(1) and bits.take(8) == EXTENDED_ASPECT_RATIO:
        bits.take(32)
    if bits.take(1):
        bits.take(1)
    _skip_video_signal(bits)
    if bits.take(1):
        bits.take(65)
    if _skip_hrd(bits) | _skip_hrd(bits):
        bits.take(1)
    bits.take(1)
    if not bits.take(1):
        return None
    bits.take(1)
    for _ in range(4):
        bits.ue()
    return bits.ue()


def _skip_video_signal(bits: _Bits) -> None:
    if bits.take(1):
        bits.take(4)
        if bits.take(1):
            bits.take(24)
    if bits.take(1):
        bits.ue()
        bits.ue()


def _skip_hrd(bits: _Bits) -> bool:
    if not bits.take(1):
        return False
    count = bits.ue() + 1
    bits.take(8)
    for _ in range(count):
        bits.ue()
        bits.ue()
        bits.take(1)
    bits.take(20)
    return True
