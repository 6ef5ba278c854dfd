"""One name for each track in the offer."""

from __future__ import annotations

import pytest

from whip_pusher import offer

WEBRTCBINS = (
    "v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=msid:cam-9 high\r\n"
    "a=ssrc:384 msid:user2@host-e7 webrtctransceiver0\r\na=ssrc:384 cname:user2@host-e7\r\na=mid:video0\r\n"
)


def test_a_track_keeps_the_name_of_its_line_only() -> None:
    sent = offer.named(WEBRTCBINS)
    assert "a=msid:cam-9 high\r\n" in sent
    assert "webrtctransceiver" not in sent


def test_everything_else_stays() -> None:
    removed = "a=ssrc:384 msid:user2@host-e7 webrtctransceiver0\r\n"
    assert offer.named(WEBRTCBINS) == WEBRTCBINS.replace(removed, "")


@pytest.mark.parametrize("known", ["", "profile-level-id=640028;sprop-parameter-sets=Z2QAKA==;"])
def test_a_profile_is_offered_whatever_webrtcbin_knows(known: str) -> None:
    sound = "a=rtpmap:111 OPUS/48000/2\r\na=fmtp:111 x=1\r\n"
    lines = f"{sound}a=rtpmap:96 H264/90000\r\na=fmtp:96 {known}packetization-mode=1\r\na=mid:0\r\n"
    sent = offer.complete(lines)
    assert sent == lines.replace(known, "").replace("mode=1", "mode=1;profile-level-id=42e01f")
