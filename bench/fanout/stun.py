"""STUN binding requests and their answers, as ICE needs them (RFC 8489, RFC 8445 section 7). Pure."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

REQUEST, SUCCESS = 0x0001, 0x0101
USERNAME, INTEGRITY, XOR_MAPPED_ADDRESS, PRIORITY = 0x0006, 0x0008, 0x0020, 0x0024
USE_CANDIDATE, FINGERPRINT, ICE_CONTROLLED = 0x0025, 0x8028, 0x8029
COOKIE = 0x2112A442
FINGERPRINT_XOR = 0x5354554E
HEADER = struct.Struct("!HHI12s")
Attribute = tuple[int, bytes]


class NotStun(ValueError):
    """Not a STUN message, or a damaged one."""


@dataclass(frozen=True)
class Message:
    """`transaction`: 12 bytes. `attributes`: the first of each type."""

    kind: int
    transaction: bytes
    attributes: dict[int, bytes]


def encode(kind: int, transaction: bytes, attributes: Iterable[Attribute], password: str) -> bytes:
    """With MESSAGE-INTEGRITY by `password` and FINGERPRINT behind the given attributes."""
    body = b"".join(_attribute(*each) for each in attributes)
    body += _attribute(INTEGRITY, _integrity(_headed(kind, transaction, body, 24), password))
    checksum = zlib.crc32(_headed(kind, transaction, body, 8)) ^ FINGERPRINT_XOR
    return _headed(kind, transaction, body + _attribute(FINGERPRINT, struct.pack("!I", checksum)), 0)


def parse(datagram: bytes) -> Message:
    """NotStun for anything else. MESSAGE-INTEGRITY is `authentic`'s matter."""
    if len(datagram) < HEADER.size:
        raise NotStun
    kind, length, cookie, transaction = HEADER.unpack_from(datagram)
    if cookie != COOKIE or length != len(datagram) - HEADER.size:
        raise NotStun
    found: dict[int, bytes] = {}
    for _, attribute, value in _walk(datagram):
        found.setdefault(attribute, value)
    return Message(kind, transaction, found)


def authentic(datagram: bytes, password: str) -> bool:
    """Whether it carries the MESSAGE-INTEGRITY of this password."""
    kind, _, _, transaction = HEADER.unpack_from(datagram)
    for at, attribute, value in _walk(datagram):
        if attribute == INTEGRITY:
            before = _headed(kind, transaction, datagram[HEADER.size : at], 24)
            return hmac.compare_digest(value, _integrity(before, password))
    return False


def xor_mapped(address: str, port: int) -> Attribute:
    """Where an IPv4 request came from."""
    mixed = int(ipaddress.IPv4Address(address)) ^ COOKIE
    return XOR_MAPPED_ADDRESS, struct.pack("!BBHI", 0, 1, port ^ (COOKIE >> 16), mixed)


def _headed(kind: int, transaction: bytes, body: bytes, more: int) -> bytes:
    """The header tells the length as if `more` bytes followed."""
    return HEADER.pack(kind, len(body) + more, COOKIE, transaction) + body


def _integrity(message: bytes, password: str) -> bytes:
    return hmac.digest(password.encode(), message, hashlib.sha1)


def _attribute(kind: int, value: bytes) -> bytes:
    return struct.pack("!HH", kind, len(value)) + value + bytes(-len(value) % 4)


def _walk(datagram: bytes) -> Iterable[tuple[int, int, bytes]]:
    """(offset, type, value) of each attribute."""
    at = HEADER.size
    while at + 4 <= len(datagram):
        kind, length = struct.unpack_from("!HH", datagram, at)
        value = datagram[at + 4 : at + 4 + length]
        if len(value) != length:
            raise NotStun
        yield at, kind, value
        at += 4 + length + -length % 4
