"""The offer of an SFU as a viewer reads it, and the answer: one video, received only. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass


class BadOffer(ValueError):
    """Something that a viewer needs is not in the offer."""


@dataclass(frozen=True)
class Remote:
    """The other side of one peer connection; `fingerprint` of SHA-256 in upper case with colons."""

    address: str
    port: int
    ufrag: str
    password: str
    fingerprint: str
    payload_type: int
    mid: str
    ssrc: int
    formats: str  # the fmtp line's parameters, to be answered as they are


@dataclass(frozen=True)
class Own:
    """What we tell of ourselves."""

    address: str
    port: int
    ufrag: str
    password: str
    fingerprint: str


CANDIDATE = r"^a=candidate:\S+ 1 udp \d+ (\d+\.\d+\.\d+\.\d+) (\d+) typ host"


def remote(offer: str) -> Remote:
    """BadOffer without H.264, or without an IPv4 host candidate for UDP."""
    address, port = _found(CANDIDATE, offer)
    payload_type = _found(r"^a=rtpmap:(\d+) H264/90000", offer)[0]
    return Remote(
        address=address,
        port=int(port),
        ufrag=_found(r"^a=ice-ufrag:(\S+)", offer)[0],
        password=_found(r"^a=ice-pwd:(\S+)", offer)[0],
        fingerprint=_found(r"^a=fingerprint:sha-256 (\S+)", offer)[0].upper(),
        payload_type=int(payload_type),
        mid=_found(r"^a=mid:(\S+)", offer)[0],
        ssrc=int(_found(r"^a=ssrc:(\d+) ", offer)[0]),
        formats=_found(rf"^a=fmtp:{payload_type} (\S+)", offer)[0],
    )


def _found(pattern: str, text: str) -> tuple[str, ...]:
    match = re.search(pattern, text, re.MULTILINE | re.IGNORECASE)
    if match is None:
        raise BadOffer(pattern)
    return match.groups()


def answer(there: Remote, own: Own) -> str:
    """We begin DTLS, as browsers do; no retransmissions, so that a lost packet stays lost and is counted."""
    pt = there.payload_type
    lines = [
        "v=0",
        f"o=- 1 1 IN IP4 {own.address}",
        "s=-",
        "t=0 0",
        f"a=group:BUNDLE {there.mid}",
        f"m=video {own.port} UDP/TLS/RTP/SAVPF {pt}",
        f"c=IN IP4 {own.address}",
        "a=recvonly",
        f"a=mid:{there.mid}",
        "a=rtcp-mux",
        f"a=ice-ufrag:{own.ufrag}",
        f"a=ice-pwd:{own.password}",
        f"a=fingerprint:sha-256 {own.fingerprint}",
        "a=setup:active",
        f"a=rtpmap:{pt} H264/90000",
        f"a=fmtp:{pt} {there.formats}",
        f"a=candidate:1 1 udp 2130706431 {own.address} {own.port} typ host",
        "a=end-of-candidates",
    ]
    return "\r\n".join([*lines, ""])
