"""What a datagram of DTLS 1.2 holds. Pure."""

from __future__ import annotations

RECORD_HEADER = 13  # bytes: type, version, epoch, sequence number, length (RFC 6347 §4.1)
RECORD_TYPES = range(20, 64)  # of DTLS (RFC 7983)


def finished(datagram: bytes) -> bool:
    """Whether a DTLS record in it is encrypted, the first of which is `Finished`."""
    at = 0
    while at + RECORD_HEADER <= len(datagram) and datagram[at] in RECORD_TYPES:
        if datagram[at + 3 : at + 5] != b"\0\0":
            return True
        at += RECORD_HEADER + int.from_bytes(datagram[at + 11 : at + 13], "big")
    return False
