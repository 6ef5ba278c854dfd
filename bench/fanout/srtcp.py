"""Receiver reports (RFC 3550 section 6.4.2), and SRTCP with AES-GCM to send them (RFC 3711, RFC 7714). Pure."""

from __future__ import annotations

import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

RTCP_KEY, RTCP_SALT = 3, 5  # labels of the key derivation
SALT = 12
KEY_SIZE = {b"SRTP_AEAD_AES_128_GCM": 16, b"SRTP_AEAD_AES_256_GCM": 32}
ENCRYPTED = 0x80000000
RECEIVER_REPORT = 201


def derived(master_key: bytes, master_salt: bytes, label: int, size: int) -> bytes:
    """A session key or salt; a salt of 12 octets counts as followed by two zeros (RFC 7714 section 11)."""
    mixed = bytearray(master_salt.ljust(14, b"\0"))
    mixed[7] ^= label
    stream = Cipher(algorithms.AES(master_key), modes.CTR(bytes(mixed) + b"\0\0")).encryptor()
    return stream.update(bytes(size)) + stream.finalize()


class Sender:
    """One direction of SRTCP. Not for more than 2^31 packets."""

    def __init__(self, key: bytes, salt: bytes, *, index: int = 0) -> None:
        """Session key and salt; `index` of the first packet."""
        self._cipher, self._salt, self._index = AESGCM(key), salt, index

    @classmethod
    def of_masters(cls, key: bytes, salt: bytes) -> Sender:
        return cls(derived(key, salt, RTCP_KEY, len(key)), derived(key, salt, RTCP_SALT, SALT))

    def protect(self, packet: bytes) -> bytes:
        nonce = struct.pack("!2x4s2xI", packet[4:8], self._index)
        trailer = struct.pack("!I", ENCRYPTED | self._index)
        mixed = bytes(a ^ b for a, b in zip(nonce, self._salt, strict=True))
        self._index += 1
        return packet[:8] + self._cipher.encrypt(mixed, packet[8:], packet[:8] + trailer) + trailer


def receiver_report(own: int, source: int, *, fraction: float, lost: int, highest: int) -> bytes:
    """`fraction` lost since the last report, 0 to 1; no jitter told, for nothing is timed."""
    tail = struct.pack("!IIII", highest & 0xFFFFFFFF, 0, 0, 0)
    loss = min(255, int(fraction * 256)) << 24 | min(lost, 0x7FFFFF)
    return struct.pack("!BBHIII", 0x81, RECEIVER_REPORT, 7, own, source, loss) + tail


def client_masters(material: bytes, key_size: int) -> tuple[bytes, bytes]:
    """Key and salt of the DTLS client's direction, from RFC 5764 section 4.2's exported material."""
    return material[:key_size], material[2 * key_size : 2 * key_size + SALT]
