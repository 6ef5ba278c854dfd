"""What is changed in webrtcbin's offer before it is sent. Pure: text in, text out."""

from __future__ import annotations

import re

# Constrained baseline 3.1, whatever the SPS says: browsers that take it decode main and high, too.
PROFILE_LEVEL_ID = "42e01f"
_H264 = re.compile(r"^a=rtpmap:(\d+) H264/.*$", re.MULTILINE)
_OF_THE_STREAM = ("profile-level-id=", "sprop-parameter-sets=")
_NAMED_AGAIN = re.compile(r"^a=ssrc:\d+ msid:.*\r?\n", re.MULTILINE)


def complete(offer: str) -> str:
    """What is sent of webrtcbin's offer."""
    return with_profile(named(offer))


def with_profile(offer: str) -> str:
    """The offer with a profile and level for H.264, of which webrtcbin must not know.

    What it knows it demands of the payloader, which then refuses every SPS but those; an element between them that
    covers that up is passed by each packet (0.25 % of a core at 3 Mbit/s).
    """
    for payload in _H264.findall(offer):
        line = re.compile(rf"^(a=fmtp:{payload} )(.*?)(\r?)$", re.MULTILINE)
        offer = line.sub(lambda found: found[1] + _constrained_baseline(found[2]) + found[3], offer)
    return offer


def _constrained_baseline(words: str) -> str:
    """A session that is made anew knows what flows already."""
    kept = [word for word in words.split(";") if not word.strip().startswith(_OF_THE_STREAM)]
    return ";".join([*kept, f"profile-level-id={PROFILE_LEVEL_ID}"])


def named(offer: str) -> str:
    """The offer with one name for each track, that of its `a=msid` (RFC 8830).

    webrtcbin names each SSRC once more, `webrtctransceiver0` and so on; LiveKit believes those, finds no such track
    and takes any of the same kind for it, so that `high` and `low` changed places in one of ten sessions.
    """
    return _NAMED_AGAIN.sub("", offer)
