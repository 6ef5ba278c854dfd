"""One name for each track in the offer."""

from __future__ import annotations

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
