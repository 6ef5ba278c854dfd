"""An MPEG-TS multiplexer for one H.264 stream without B-frames (ISO/IEC 13818-1)."""

from __future__ import annotations

PACKET = 188
PMT_PID, VIDEO_PID = 0x1000, 0x100
PCR_LEAD = 9000  # The decoder's clock runs 100 ms (in 90 kHz units) before the picture's time.
DELIMITER = b"\x00\x00\x00\x01\x09\xf0"


def crc32(data: bytes) -> int:
    """CRC-32/MPEG-2."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ 0x04C11DB7 if crc & 0x80000000 else crc << 1) & 0xFFFFFFFF
    return crc


def _section(body: bytes) -> bytes:
    return b"\x00" + body + crc32(body).to_bytes(4, "big")


PAT = _section(bytes.fromhex("00b00d0001c100000001f000"))
PMT = _section(bytes.fromhex("02b0120001c10000e100f0001be100f000"))
_MIDDLE = [bytes([0x47, VIDEO_PID >> 8, VIDEO_PID & 0xFF, 0x10 | count]) for count in range(16)]


class TsMuxer:
    """Keeps the continuity counters; every method returns whole 188-byte packets."""

    def __init__(self) -> None:
        self._counts = {0: 0, PMT_PID: 0, VIDEO_PID: 0}

    def tables(self) -> bytes:
        """PAT and PMT: what each segment begins with."""
        return self._table(0, PAT) + self._table(PMT_PID, PMT)

    def access_unit(self, pts: int, data: bytes, *, keyframe: bool) -> bytes:
        """One byte-stream access unit at `pts` (90 kHz)."""
        if data[:5] != DELIMITER[:5] and data[:4] != DELIMITER[1:5]:
            data = DELIMITER + data
        payload = _pes_header(pts) + data
        clock = _clock_field((pts - PCR_LEAD) % (1 << 33), keyframe)
        packets = [self._padded(payload[:176], clock, start=True)]
        whole = (len(payload) - 176) // 184 if len(payload) > 176 else 0
        packets += self._whole(payload, 176, whole)
        rest = payload[176 + whole * 184 :]
        if rest:
            packets.append(self._padded(rest, b"", start=False))
        return b"".join(packets)

    def _next(self, pid: int) -> int:
        count = self._counts[pid]
        self._counts[pid] = (count + 1) & 0x0F
        return count

    def _table(self, pid: int, section: bytes) -> bytes:
        header = bytes([0x47, 0x40 | pid >> 8, pid & 0xFF, 0x10 | self._next(pid)])
        return (header + section).ljust(PACKET, b"\xff")

    def _whole(self, payload: bytes, start: int, count: int) -> list[bytes]:
        parts: list[bytes] = []
        for at in range(start, start + count * 184, 184):
            parts += (_MIDDLE[self._next(VIDEO_PID)], payload[at : at + 184])
        return parts

    def _padded(self, payload: bytes, field: bytes, *, start: bool) -> bytes:
        """A packet with an adaptation field that fills what the payload leaves free."""
        length = 183 - len(payload)
        header = bytes([0x47, (0x40 if start else 0) | VIDEO_PID >> 8, VIDEO_PID & 0xFF])
        header += bytes([0x30 | self._next(VIDEO_PID), length])
        return header + (field or b"\x00" * (length > 0)).ljust(length, b"\xff") + payload


def _clock_field(pcr: int, keyframe: bool) -> bytes:
    flags = 0x10 | (0x40 if keyframe else 0)
    return bytes([flags]) + (pcr << 15 | 0x7E00).to_bytes(6, "big")


def _pes_header(pts: int) -> bytes:
    pts %= 1 << 33
    stamp = bytes(
        [0x21 | pts >> 29 & 0x0E, pts >> 22 & 0xFF, 1 | pts >> 14 & 0xFE, pts >> 7 & 0xFF, 1 | pts << 1 & 0xFE]
    )
    return b"\x00\x00\x01\xe0\x00\x00\x84\x80\x05" + stamp
