"""Names of Janus' tracks: from the offer of a publisher, in the answers of Janus, and which are to flow."""

from __future__ import annotations

import pytest

from streaming.media import janus_tracks

HEAD = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\n"


def line(kind: str, mid: str, *more: str) -> str:
    return "\r\n".join([f"m={kind} 9 UDP/TLS/RTP/SAVPF 96", f"a=mid:{mid}", *more, ""])


def stream(mid: str, kind: str = "video", *, send: bool = True, name: str | None = None) -> dict[str, object]:
    named = {} if name is None else {"feed_description": name}
    return {"mid": mid, "type": kind, "send": send, **named}


def named(*lines: str) -> dict[str, str]:
    return {said["mid"]: said["description"] for said in janus_tracks.descriptions(HEAD + "".join(lines))}


@pytest.mark.parametrize("msid", ["a=msid:cam-1 {}", "a=ssrc:77 msid:cam-1 {}"])
def test_tracks_are_named_by_their_msid(msid):
    lines = [line("video", "v0", msid.format("low")), line("video", "v1", msid.format("high")), line("audio", "a2")]
    assert named(*lines) == {"v0": "low", "v1": "high", "a2": "audio"}


def test_videos_without_a_known_name_are_high_then_low():
    lines = [line("audio", "0"), line("video", "1", "a=msid:x video"), line("video", "2"), line("video", "3")]
    assert named(*lines) == {"0": "audio", "1": "high", "2": "low"}


def test_a_subscription_without_descriptions_is_named_by_order():
    assert janus_tracks.names([stream("0"), stream("1"), stream("2", "audio")]) == {
        "0": "high", "1": "low", "2": "audio",
    }  # fmt: skip


def test_only_what_is_to_change_is_configured():
    both = [stream("0", name="high"), stream("1", name="low", send=False), stream("2", "audio", name="audio")]
    assert janus_tracks.changes(both, {"high"}) == []
    assert janus_tracks.changes(both, {"high", "low"}) == [{"mid": "1", "send": True}]
    assert janus_tracks.changes(both, {"low"}) == [{"mid": "0", "send": False}, {"mid": "1", "send": True}]


def test_the_only_layer_flows_whatever_is_wanted():
    assert janus_tracks.changes([stream("0", name="high", send=False)], {"low"}) == [{"mid": "0", "send": True}]


def test_the_sound_alone_gets_another_media_stream():
    offer = HEAD + line("video", "0", "a=msid:janus janus0") + line("audio", "1", "a=msid:janus janus1")
    assert janus_tracks.apart(offer) == offer.replace("a=msid:janus janus1", "a=msid:janus-audio janus1")
