"""Which track of a VideoRoom is which layer. Pure: texts and answers of Janus in, names out.

A publisher's tracks are video `high`, video `low` and `audio`. Their names come by a=msid (RFC 8830) of its offer, go
to Janus as `descriptions` and come back with each subscription. Source: janus_videoroom.c of Janus 1.1.2: a `join`
takes no `send`, but a `configure` does, at once and with no new offer; a keyframe is asked for where it is turned on.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

VIDEO = ("high", "low")  # in the order of m-lines
AUDIO = "audio"
_SECTION = re.compile(r"^m=(\w+) .*?(?=^m=|\Z)", re.MULTILINE | re.DOTALL)
_MID = re.compile(r"^a=mid:(\S+)", re.MULTILINE)
_MSID = re.compile(r"^a=(?:ssrc:\d+ )?msid:\S+ (\S+)", re.MULTILINE)
_STREAM = re.compile(r"^(a=(?:ssrc:\d+ )?msid:)(\S+)", re.MULTILINE)

Stream = Mapping[str, Any]  # one of a subscription's `streams`


def descriptions(offer: str) -> list[dict[str, str]]:
    """`descriptions` for a publish request: a name for each mid of the offer that has one."""
    unnamed, found = list(VIDEO), []
    for kind, section in _sections(offer):
        mid, name = _MID.search(section), _name(kind, section, unnamed)
        if name in unnamed:
            unnamed.remove(name)
        if mid and name:
            found.append({"mid": mid.group(1), "description": name})
    return found


def _name(kind: str, section: str, unnamed: Sequence[str]) -> str | None:
    if kind != "video":
        return AUDIO if kind == "audio" else None
    said = [word for word in _MSID.findall(section) if word in VIDEO]
    return said[0] if said else next(iter(unnamed), None)


def _sections(sdp: str) -> Iterator[tuple[str, str]]:
    for match in _SECTION.finditer(sdp.replace("\r\n", "\n")):
        yield match.group(1), match.group(0)


def names(streams: Sequence[Stream]) -> dict[str, str]:
    """{mid: `high`, `low` or `audio`} of a subscription; a stream without a name is in it where its kind tells."""
    videos = [stream for stream in streams if stream.get("type") == "video"]
    by_order = dict(zip((str(video.get("mid")) for video in videos), VIDEO, strict=False))
    found = {}
    for stream in streams:
        mid = str(stream.get("mid"))
        name = stream.get("feed_description") or (AUDIO if stream.get("type") == "audio" else by_order.get(mid))
        if name in (*VIDEO, AUDIO):
            found[mid] = str(name)
    return found


def changes(streams: Sequence[Stream], layers: Collection[str]) -> list[dict[str, Any]]:
    """`streams` of a configure request, so that only the wanted layers flow; empty where it is so already.

    Where the publisher has none of the wanted layers, its first video flows: another picture is better than none.
    """
    videos = {mid: name for mid, name in names(streams).items() if name in VIDEO}
    wanted = {mid for mid, name in videos.items() if name in layers} or set(list(videos)[:1])
    now = {str(stream.get("mid")): bool(stream.get("send", True)) for stream in streams}
    return [{"mid": mid, "send": mid in wanted} for mid in videos if now[mid] is not (mid in wanted)]


def apart(offer: str) -> str:
    """The offer with the sound in a media stream of its own.

    Browsers keep tracks of one stream in lip-sync (RFC 8830 §1), which they do by holding the picture back until the
    sound's jitter buffer has let go of its part. Here the picture is what must be new.
    """
    return re.sub(r"^m=audio .*?(?=^m=|\Z)", _own_stream, offer, flags=re.MULTILINE | re.DOTALL)


def _own_stream(section: re.Match[str]) -> str:
    return _STREAM.sub(r"\1\2-audio", section.group(0))
