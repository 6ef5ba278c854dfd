"""Why the pusher ended: exit codes, each with the code word that the JSON line `exit` carries.

`PERMANENT`: trying again without a change is useless.
"""

from __future__ import annotations

import signal
from enum import IntEnum

ENDING = (signal.SIGTERM, signal.SIGINT)  # what asks for an end in order


class Exit(IntEnum):
    OK = 0
    SOURCE_UNREACHABLE = 10  # no TCP connection, RTSP timeout, 404 or 5xx of the source
    SOURCE_UNAUTHORISED = 11  # RTSP 401/403 with the credentials we have
    SOURCE_NOT_VIDEO = 12  # no video track, or not RTSP at all
    CODEC_REFUSED = 13  # a video codec we can neither pass nor decode
    SOURCE_STALLED = 14  # it played, then no packet for PACKET_TIMEOUT
    WHIP_REFUSED = 20  # 4xx other than 401/403/404/409
    WHIP_UNAUTHORISED = 21  # 401/403/404/409: an older generation, or a wrong key
    SFU_GONE = 22  # WHIP endpoint unreachable or 5xx, ICE/DTLS failed, or RTCP stopped
    RTSP_URL_MISSING = 64
    WHIP_ENDPOINT_MISSING = 65
    STREAM_KEY_MISSING = 66
    BAD_SETTING = 67
    INTERNAL = 70
    OVER_MEMORY = 71  # more than MEMORY_LIMIT_MB, resident

    @property
    def word(self) -> str:
        return self.name.lower()


PERMANENT = frozenset({Exit.SOURCE_UNAUTHORISED, Exit.SOURCE_NOT_VIDEO, Exit.CODEC_REFUSED, Exit.WHIP_REFUSED})
