"""Can a source be shown in every browser as it is? Read from its SDP (RFC 8866; H.264 in RTP: RFC 6184 §8.1)."""

from __future__ import annotations

import re

from whip_pusher.h264 import from_sprop


def passes_through(sdp: str) -> bool | None:
    """H.264 that browsers decode, frames never reordered: True. None where the SDP does not tell, or has no video."""
    video = _video(sdp)
    codec = re.search(r"(?m)^a=rtpmap:\d+ ([\w.-]+)/90000", video)
    if not codec:
        return None
    if codec[1].upper() != "H264":
        return False
    sprop = re.search(r"sprop-parameter-sets=([\w+/=,]+)", video)
    sps = from_sprop(sprop[1]) if sprop else None
    if sps is None:
        return None
    return False if sps.unfit else (None if sps.reorders is None else True)


def has_sound(sdp: str) -> bool:
    return re.search(r"(?m)^m=audio ", sdp) is not None


def _video(sdp: str) -> str:
    """The first video section."""
    sections = re.split(r"(?m)^(?=m=)", sdp.replace("\r\n", "\n"))
    return next((section for section in sections if section.startswith("m=video")), "")
