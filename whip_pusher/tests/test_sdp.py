"""Which streams an SDP describes."""

from __future__ import annotations

import pytest

from whip_pusher.sdp import Stream, streams

CAMERA = """v=0\r
o=- 1 1 IN IP4 192.0.2.1\r
s=Camera\r
a=control:*\r
m=audio 0 RTP/AVP 97\r
a=rtpmap:97 MPEG4-GENERIC/16000/2\r
a=fmtp:97 streamtype=5; Mode=AAC-hbr;config=1408; sizelength=13\r
m=video 0 RTP/AVP 96\r
a=rtpmap:96 H264/90000\r
a=fmtp:96 packetization-mode=1;sprop-parameter-sets=Z0LADdo=,aM48gA==\r
m=application 0 RTP/AVP 107\r
a=rtpmap:107 vnd.onvif.metadata/90000\r
"""


def test_every_stream_is_told_in_its_order() -> None:
    audio, video, metadata = streams(CAMERA)
    assert (audio.kind, audio.encoding, audio.rate, audio.channels) == ("audio", "MPEG4-GENERIC", 16000, 2)
    assert audio.parameters == {"streamtype": "5", "mode": "AAC-hbr", "config": "1408", "sizelength": "13"}
    assert (video.kind, video.encoding, video.rate, video.channels) == ("video", "H264", 90000, None)
    assert video.parameters["sprop-parameter-sets"] == "Z0LADdo=,aM48gA=="
    assert (metadata.kind, metadata.encoding) == ("application", "VND.ONVIF.METADATA")


@pytest.mark.parametrize(
    ("line", "stream"),
    [
        ("m=audio 0 RTP/AVP 8", Stream("audio", "PCMA", 8000, 1, {})),
        ("m=audio 0 RTP/AVP 10", Stream("audio", "L16", 44100, 2, {})),
        ("m=video 5000/2 RTP/SAVPF 26 96", Stream("video", "JPEG", 90000, None, {})),
        ("m=video 0 RTP/AVP 99", Stream("video", "", None, None, {})),
        ("m=audio 0 RTP/AVP 99", Stream("audio", "", None, None, {})),
    ],
)
def test_types_without_a_map_are_the_standards(line: str, stream: Stream) -> None:
    assert streams(f"v=0\n{line}\n") == [stream]


@pytest.mark.parametrize("text", ["", "garbage", "v=0\nm=", "v=0\nm=video x RTP/AVP 96", "\nm=\n" * 500])
def test_nonsense_has_no_streams(text: str) -> None:
    assert streams(text) == []


def test_a_map_of_another_type_is_not_taken() -> None:
    (stream,) = streams("v=0\nm=video 0 RTP/AVP 97 96\na=rtpmap:96 H264/90000\na=rtpmap:97 H265/90000\n")
    assert stream.encoding == "H265"


def test_a_flood_of_streams_is_cut() -> None:
    assert len(streams("v=0\n" + "m=video 0 RTP/AVP 26\n" * 1000)) == 32
