"""A viewer's peer connection with an SFU of this file: ICE, DTLS, then RTP over real sockets."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from OpenSSL import SSL

from bench.fanout import dtls, sdp, stun
from bench.fanout.peer import Peer
from bench.fanout.receiver import Receiver

UFRAG, PASSWORD = "sfu", "secret-of-the-sfu"
FRAMES, PACKETS = 5, 4  # packets of a frame


class Sfu:
    """Its side of one peer connection, moved on by hand; `turn` does one thing at most."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.settimeout(0.05)
        self._tls = SSL.Connection(dtls.identity().context, None)
        self._tls.set_accept_state()
        self._tls.set_ciphertext_mtu(dtls.LARGEST)
        self.secured = self.reported = self.left = False

    def offer(self, fingerprint: str) -> str:
        port = self._socket.getsockname()[1]
        lines = [f"a=ice-ufrag:{UFRAG}", f"a=ice-pwd:{PASSWORD}", f"a=fingerprint:sha-256 {fingerprint}", "a=mid:v"]
        lines += ["a=rtpmap:107 H264/90000", "a=fmtp:107 packetization-mode=1", "a=ssrc:9 cname:sfu"]
        return "\r\n".join([*lines, f"a=candidate:1 1 udp 1 127.0.0.1 {port} typ host", ""])

    def join(self, answer: str) -> None:
        there = sdp.remote(answer + "a=ssrc:1 none\r\n")
        self._socket.connect((there.address, there.port))
        user = f"{there.ufrag}:{UFRAG}".encode()
        nominated = [(stun.USERNAME, user), (stun.USE_CANDIDATE, b"")]
        self._socket.send(stun.encode(stun.REQUEST, b"t" * 12, nominated, there.password))

    def turn(self) -> None:
        with suppress(TimeoutError):
            datagram = self._socket.recv(2000)
            if datagram[0] < 4:
                self._answer(stun.parse(datagram))
            elif datagram[0] < 64:
                self._shake(datagram)
            else:
                self.reported = True

    def _answer(self, message: stun.Message) -> None:
        if message.kind == stun.REQUEST:
            self._socket.send(stun.encode(stun.SUCCESS, message.transaction, [], PASSWORD))

    def _shake(self, datagram: bytes) -> None:
        self._tls.bio_write(datagram)
        if self.secured:
            with suppress(SSL.WantReadError, SSL.ZeroReturnError):
                self._tls.recv(1)
            self.left = bool(self._tls.get_shutdown() & SSL.RECEIVED_SHUTDOWN)
            return
        with suppress(SSL.WantReadError):
            self._tls.do_handshake()
            self.secured = True
        with suppress(SSL.WantReadError):
            for flight in dtls.datagrams(self._tls.bio_read(65536)):
                self._socket.send(flight)

    def send(self) -> None:
        for number in range(FRAMES * PACKETS):
            marker = 0x80 * (number % PACKETS == PACKETS - 1)
            self._socket.send(bytes([0x80, marker | 107, 0, number]) + bytes(60))

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def sfu() -> Iterator[Sfu]:
    found = Sfu()
    yield found
    found.close()


def until(sfu: Sfu, holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        sfu.turn()


def test_a_viewer_connects_counts_what_comes_reports_it_and_says_goodbye(sfu: Sfu) -> None:
    peer = Peer(sfu.offer(dtls.identity().fingerprint))
    with Receiver() as receiver:
        receiver.watch(peer)
        sfu.join(peer.answer())
        until(sfu, lambda: sfu.secured)
        sfu.send()
        until(sfu, lambda: peer.counts().packets == FRAMES * PACKETS)
        assert (peer.counts().frames, peer.counts().lost) == (FRAMES - 1, 0)
        until(sfu, lambda: sfu.reported)
        receiver.forget(peer)
        until(sfu, lambda: sfu.left)
    assert (peer.failed, receiver.error) == ("", None)


def test_a_viewer_of_a_stranger_fails_and_says_why(sfu: Sfu) -> None:
    peer = Peer(sfu.offer("AA:BB"))
    with Receiver() as receiver:
        receiver.watch(peer)
        sfu.join(peer.answer())
        until(sfu, lambda: bool(peer.failed))
    assert "WrongPeer" in peer.failed
