"""The offer of Janus 1.1.2 as a viewer reads it, and its answer."""

from __future__ import annotations

import pytest

from bench.fanout import sdp

OFFER = "\r\n".join(
    """v=0
o=- 1 1 IN IP4 192.0.2.2
s=VideoRoom camera_x
t=0 0
a=group:BUNDLE v
a=fingerprint:sha-256 34:9f:E8
m=video 9 UDP/TLS/RTP/SAVPF 107 108
c=IN IP4 192.0.2.2
a=sendonly
a=mid:v
a=rtcp-mux
a=ice-ufrag:TmPh
a=ice-pwd:Uq17Vn35KUcxe/+/zWgjsH
a=setup:actpass
a=rtpmap:107 H264/90000
a=fmtp:107 profile-level-id=42e01f;packetization-mode=1
a=rtpmap:108 rtx/90000
a=fmtp:108 apt=107
a=ssrc-group:FID 2155869618 1273820469
a=ssrc:2155869618 cname:janus
a=ssrc:1273820469 cname:janus
a=candidate:1 1 udp 2015363327 192.0.2.2 34517 typ host
a=end-of-candidates
""".splitlines()
)


def test_everything_a_viewer_needs_is_read() -> None:
    assert sdp.remote(OFFER) == sdp.Remote(
        address="192.0.2.2",
        port=34517,
        ufrag="TmPh",
        password="Uq17Vn35KUcxe/+/zWgjsH",
        fingerprint="34:9F:E8",
        payload_type=107,
        mid="v",
        ssrc=2155869618,
        formats="profile-level-id=42e01f;packetization-mode=1",
    )


@pytest.mark.parametrize("missing", ["H264", "a=candidate", "a=ice-pwd", "a=fingerprint"])
def test_an_offer_that_lacks_something_is_refused(missing: str) -> None:
    with pytest.raises(sdp.BadOffer):
        sdp.remote(OFFER.replace(missing, "a=nothing"))


def test_the_answer_takes_the_video_alone_and_names_our_address() -> None:
    own = sdp.Own("192.0.2.9", 5000, "us", "secret", "AA:BB")
    lines = sdp.answer(sdp.remote(OFFER), own).split("\r\n")
    assert "m=video 5000 UDP/TLS/RTP/SAVPF 107" in lines
    assert {"a=recvonly", "a=setup:active", "a=mid:v", "a=ice-ufrag:us", "a=fingerprint:sha-256 AA:BB"} <= set(lines)
    assert "a=candidate:1 1 udp 2130706431 192.0.2.9 5000 typ host" in lines
    assert not [line for line in lines if "108" in line or "rtx" in line]
