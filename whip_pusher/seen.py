"""What a probe of a camera found out; no GStreamer, so that it can be judged anywhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from whip_pusher.exits import Exit
from whip_pusher.looking import Look
from whip_pusher.rtsp_options import Greeting

NOBODY = Greeting(False, None)


@dataclass
class Seen:
    """What a probe found out. Times in milliseconds from its start; None: did not happen."""

    failed: tuple[Exit, str] | None = None
    greeting: Greeting = NOBODY
    sdp: str = ""
    encoding: str = ""
    sprop: str = ""
    described_ms: int | None = None
    packet_ms: int | None = None
    keyframe_ms: int | None = None
    transport: str | None = None
    refuses_transport: bool = False
    rtcp: bool = False
    seconds: float = 0.0
    look: Look = field(default_factory=Look)
    picture: dict[str, Any] = field(default_factory=dict)  # fields of the video's caps
    parameter_sets: bytes = b""  # the caps' codec_data
