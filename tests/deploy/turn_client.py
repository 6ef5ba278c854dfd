"""As much of a TURN client (RFC 8656) over UDP as asks for an allocation and for permissions."""

from __future__ import annotations

import hashlib
import hmac
import os
import socket
import struct
from dataclasses import dataclass, field

COOKIE = 0x2112A442
ALLOCATE, PERMISSION = 0x0003, 0x0008
USERNAME, INTEGRITY, ERROR, REALM, NONCE, PEER, TRANSPORT = 0x06, 0x08, 0x09, 0x14, 0x15, 0x12, 0x19
UDP = bytes([17, 0, 0, 0])


@dataclass
class Client:
    """One five-tuple. Calls answer 0, or the error code of RFC 8656 §19."""

    port: int
    username: str
    password: str
    socket: socket.socket = field(default_factory=lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    realm: bytes = b""
    nonce: bytes = b""

    def __post_init__(self) -> None:
        self.socket.settimeout(5)
        self.socket.connect(("127.0.0.1", self.port))

    def allocate(self) -> int:
        """The first answer is 401 with realm and nonce, to everybody."""
        code, attributes = self._exchange(_message(ALLOCATE, [(TRANSPORT, UDP)]))
        assert code == 401, code
        self.realm, self.nonce = attributes[REALM], attributes[NONCE]
        return self._signed(ALLOCATE, (TRANSPORT, UDP))

    def permit(self, address: str) -> int:
        cookie = struct.pack("!I", COOKIE)
        hidden = bytes(a ^ b for a, b in zip(socket.inet_aton(address), cookie, strict=True))
        return self._signed(PERMISSION, (PEER, struct.pack("!BBH", 0, 1, COOKIE >> 16) + hidden))

    def close(self) -> None:
        self.socket.close()

    def _signed(self, kind: int, asked: tuple[int, bytes]) -> int:
        who = self.username.encode()
        unsigned = _message(kind, [asked, (USERNAME, who), (REALM, self.realm), (NONCE, self.nonce)])
        # RFC 8489 §14.5: the length in the header counts the integrity attribute already.
        header = unsigned[:2] + struct.pack("!H", len(unsigned) - 20 + 24) + unsigned[4:]
        key = hashlib.md5(b":".join([who, self.realm, self.password.encode()]), usedforsecurity=False).digest()
        signature = hmac.new(key, header, hashlib.sha1).digest()
        return self._exchange(header + _attribute(INTEGRITY, signature))[0]

    def _exchange(self, message: bytes) -> tuple[int, dict[int, bytes]]:
        self.socket.send(message)
        attributes = _attributes(self.socket.recv(4096)[20:])
        error = attributes.get(ERROR)
        return (error[2] * 100 + error[3] if error else 0), attributes


def _message(kind: int, attributes: list[tuple[int, bytes]]) -> bytes:
    body = b"".join(_attribute(name, value) for name, value in attributes)
    return struct.pack("!HHI", kind, len(body), COOKIE) + os.urandom(12) + body


def _attribute(name: int, value: bytes) -> bytes:
    return struct.pack("!HH", name, len(value)) + value + bytes(-len(value) % 4)


def _attributes(body: bytes) -> dict[int, bytes]:
    found = {}
    while len(body) >= 4:
        name, length = struct.unpack("!HH", body[:4])
        found[name] = body[4 : 4 + length]
        body = body[4 + length + (-length % 4) :]
    return found
