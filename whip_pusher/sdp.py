"""The streams that an RTSP server's SDP (RFC 8866) describes. Pure: text in, rows out; nonsense is left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

# Payload types that need no rtpmap (RFC 3551 §6).
STATIC = {
    **{0: "PCMU/8000", 3: "GSM/8000", 8: "PCMA/8000", 9: "G722/8000", 10: "L16/44100/2", 11: "L16/44100"},
    **{14: "MPA/90000", 18: "G729/8000", 26: "JPEG/90000", 32: "MPV/90000", 33: "MP2T/90000", 34: "H263/90000"},
}
MOST_STREAMS = 32
_MEDIA = re.compile(r"m=(\w+) \d+(?:/\d+)? [\w/]+ (\d+)")
_MAP = re.compile(r"a=rtpmap:(\d+) +([^\s/]+)/(\d+)(?:/(\d+))?")
_FORMAT = re.compile(r"a=fmtp:(\d+) +(.*)")


@dataclass(frozen=True)
class Stream:
    """One media section: `kind` is video, audio, application …; `encoding` is RTP's name in capitals, empty where it
    is not told; `rate` in Hz; `parameters` of the format, names in small letters."""

    kind: str
    encoding: str
    rate: int | None
    channels: int | None
    parameters: dict[str, str]


def streams(text: str) -> list[Stream]:
    """All media sections, in their order, each with its first payload type."""
    sections = re.split(r"\r?\n(?=m=)", text)[1:]
    return [stream for section in sections[:MOST_STREAMS] for stream in _stream(section)]


def _stream(section: str) -> Iterator[Stream]:
    lines = section.splitlines()
    media = _MEDIA.match(lines[0])
    if media is None:
        return
    payload = media[2]
    named = [found for line in lines if (found := _MAP.match(line)) and found[1] == payload]
    encoding, rate, channels = named[0].groups()[1:] if named else _static(int(payload))
    yield Stream(
        kind=media[1],
        encoding=encoding.upper(),
        rate=int(rate) if rate else None,
        channels=int(channels or 1) if media[1] == "audio" and encoding else None,
        parameters=_parameters([found[2] for line in lines if (found := _FORMAT.match(line)) and found[1] == payload]),
    )


def _static(payload: int) -> tuple[str, str, str]:
    encoding, rate, channels = (*STATIC.get(payload, "").split("/"), "", "")[:3]
    return encoding, rate, channels


def _parameters(lines: list[str]) -> dict[str, str]:
    pairs = (part.strip().partition("=") for line in lines for part in line.split(";"))
    return {name.lower(): value for name, _, value in pairs if name}
