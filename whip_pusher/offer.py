"""What is changed in webrtcbin's offer before it is sent. Pure: text in, text out."""

from __future__ import annotations

import re

_NAMED_AGAIN = re.compile(r"^a=ssrc:\d+ msid:.*\r?\n", re.MULTILINE)


def named(offer: str) -> str:
    """The offer with one name for each track, that of its `a=msid` (RFC 8830).

    webrtcbin names each SSRC once more, `webrtctransceiver0` and so on; LiveKit believes those, finds no such track
    and takes any of the same kind for it, so that `high` and `low` changed places in one of ten sessions.
    """
    return _NAMED_AGAIN.sub("", offer)
