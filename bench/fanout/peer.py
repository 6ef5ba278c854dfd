"""One viewer's peer connection: ICE as the controlled side, DTLS as client, then RTP counted and never decrypted.

Owned by the thread of `bench.fanout.receiver`, but for `counts`, which anybody may ask.
"""

from __future__ import annotations

import secrets
import socket
import struct
from collections.abc import Callable
from contextlib import suppress

from OpenSSL import SSL

from bench.fanout import sdp, stun
from bench.fanout.dtls import Handshake, WrongPeer, identity
from bench.fanout.flow import Counts, Flow
from bench.fanout.srtcp import receiver_report

BUFFER = 4 * 1024 * 1024  # octets asked of the kernel, which may give less
PRIORITY = struct.pack("!I", 1853817087)  # of a peer-reflexive candidate (RFC 8445 section 5.1.2)
CHECK_EVERY, CONSENT_EVERY, REPORT_EVERY = 0.1, 5.0, 1.0  # seconds
RTCP = range(192, 224)  # second octet of RTCP among RTP (RFC 5761 section 4)


class Peer:
    """`media_at`: of time.monotonic(), when RTP was first seen; `failed`: why it cannot succeed, "" so far."""

    def __init__(self, offer: str) -> None:
        self._there = sdp.remote(offer)
        self._ufrag, self._password = secrets.token_hex(4), secrets.token_hex(12)
        self.socket = _connected(self._there.address, self._there.port)
        self._handshake = Handshake(self._there.fingerprint)
        self._flow, self._reported = Flow(), Counts()
        self._own_ssrc = secrets.randbits(32)
        self._tie = secrets.token_bytes(8)
        self._checked = self._nominated = False
        self._check_at = self._report_at = 0.0
        self.media_at: float | None = None
        self.failed = ""

    def answer(self) -> str:
        address, port = self.socket.getsockname()
        own = sdp.Own(address, port, self._ufrag, self._password, identity().fingerprint)
        return sdp.answer(self._there, own)

    def counts(self) -> Counts:
        return self._flow.counts()

    def drain(self, buffer: bytearray) -> None:
        """Reads all that is there. The loop of every packet: it calls as little as it can."""
        receive, count = self.socket.recv_into, self._flow.packet
        while True:
            try:
                size = receive(buffer)
            except BlockingIOError:
                return
            except ConnectionRefusedError:
                continue  # the other side closed its port; the socket tells so once
            if 127 < buffer[0] < 192 and size >= 12:
                if buffer[1] not in RTCP:
                    count(buffer, size)
            else:
                self._control(bytes(buffer[:size]))

    def tick(self, now: float) -> None:
        """What is due: checks until one is answered and consent afterwards, DTLS again, a receiver report."""
        if now >= self._check_at:
            self._check_at = now + (CONSENT_EVERY if self._checked else CHECK_EVERY)
            self._send(self._check())
        if self.media_at is None and self._flow.highest >= 0:
            self.media_at = now
        if self._handshake.sender is None:
            self._step(self._handshake.retry)
        elif now >= self._report_at and self._flow.highest >= 0:
            self._report_at = now + REPORT_EVERY
            self._send(self._handshake.sender.protect(self._report()))

    def close(self) -> None:
        self._step(self._handshake.close)
        self.socket.close()

    def _control(self, datagram: bytes) -> None:
        if datagram and 19 < datagram[0] < 64:
            self._step(lambda: self._handshake.step(datagram))
        elif datagram and datagram[0] < 4:
            self._stun(datagram)

    def _stun(self, datagram: bytes) -> None:
        try:
            message = stun.parse(datagram)
        except stun.NotStun:
            return
        if message.kind == stun.REQUEST and stun.authentic(datagram, self._password):
            self._send(self._success(message))
            self._nominated |= stun.USE_CANDIDATE in message.attributes
        elif message.kind == stun.SUCCESS and stun.authentic(datagram, self._there.password):
            self._checked = True
        if self._checked and self._nominated and self._handshake.fresh:
            self._step(self._handshake.step)

    def _success(self, request: stun.Message) -> bytes:
        mapped = stun.xor_mapped(self._there.address, self._there.port)
        return stun.encode(stun.SUCCESS, request.transaction, [mapped], self._password)

    def _check(self) -> bytes:
        user = f"{self._there.ufrag}:{self._ufrag}".encode()
        attributes = [(stun.USERNAME, user), (stun.PRIORITY, PRIORITY), (stun.ICE_CONTROLLED, self._tie)]
        return stun.encode(stun.REQUEST, secrets.token_bytes(12), attributes, self._there.password)

    def _step(self, act: Callable[[], list[bytes]]) -> None:
        try:
            for datagram in act():
                self._send(datagram)
        except (SSL.Error, WrongPeer) as error:
            self.failed = f"DTLS: {error!r}"

    def _report(self) -> bytes:
        counts = self._flow.counts()
        since, self._reported = counts.since(self._reported), counts
        fraction = max(0, since.lost) / since.expected if since.expected else 0.0
        lost = max(0, counts.lost)
        return receiver_report(
            self._own_ssrc, self._there.ssrc, fraction=fraction, lost=lost, highest=self._flow.highest
        )

    def _send(self, datagram: bytes) -> None:
        # As if it were lost on the way: what matters is sent again.
        with suppress(BlockingIOError, ConnectionRefusedError):
            self.socket.send(datagram)


def _connected(address: str, port: int) -> socket.socket:
    found = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
    found.setblocking(False)
    found.connect((address, port))
    return found
