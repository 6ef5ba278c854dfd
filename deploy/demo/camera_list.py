"""Which cameras the demo serves: one `CameraSpec` per mount, which is the camera_id, with `-sub` for a sub-stream."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

VideoCodec = Literal["h264", "h265", "mjpeg", "mpeg4", "theora", "none"]
Profile = Literal["constrained-baseline", "main", "high", "high-4:2:2", "high-10"]
TICKS = "audiotestsrc is-live=true wave=ticks volume=0.2 ! audio/x-raw,rate=8000,channels=1 ! alawenc ! rtppcmapay"


@dataclass(frozen=True, kw_only=True)
class CameraSpec:
    """One RTSP mount. Pixels, kbit/s, colour as ARGB; `gop_seconds` None: what the command line says.

    `sound` is the launch line of a second stream up to its payloader, empty: none; `audio_first` puts it first.
    """

    mount: str
    camera_id: str
    codec: VideoCodec = "h264"
    width: int = 1280
    height: int = 720
    fps: int = 25
    kbps: int = 1500
    profile: Profile = "constrained-baseline"
    b_frames: int = 0
    sound: str = ""
    audio_first: bool = False
    secured: bool = False
    gop_seconds: float | None = None
    colour: int = 0xFF12304A
    bar_luma: int = 180
    noise_lines: int = 0


def _main(camera_id: str, **settings: object) -> CameraSpec:
    return CameraSpec(mount=camera_id, camera_id=camera_id, **settings)  # type: ignore[arg-type]


SMALL = {"width": 640, "height": 360, "fps": 15, "kbps": 500}
TAXI = "cam-004-taxi-airport"

CITY = (
    _main("cam-001-sheikh-zayed"),
    _main("cam-002-metro-station", codec="h265", sound=TICKS, audio_first=True,
          colour=0xFF4A1230, **SMALL),
    _main("cam-003-parking-deira", width=1920, height=1080, kbps=3000, profile="high",
          colour=0xFF1E3D1E, noise_lines=32),
    _main(TAXI, secured=True, colour=0xFF5A3A10),
    CameraSpec(mount=f"{TAXI}-sub", camera_id=TAXI, secured=True, colour=0xFF5A3A10, **SMALL),  # type: ignore[arg-type]
)  # fmt: skip

ODD = {
    "audio-only": _main("test-audio-only", codec="none", sound=TICKS, audio_first=True),
    "b-frames": _main("test-b-frames", b_frames=2, profile="high", colour=0xFF303060, **SMALL),
    "long-gop": _main("test-long-gop", gop_seconds=10.0, colour=0xFF306030, **SMALL),
    "mjpeg": _main("test-mjpeg", codec="mjpeg", colour=0xFF603030, **SMALL),
}

EXTRA_COLOURS = (0xFF2B2B52, 0xFF52402B, 0xFF2B5249, 0xFF522B4C, 0xFF3C522B, 0xFF2B4152)


def extra(count: int) -> list[CameraSpec]:
    """`count` small cameras, `cam-006-demo` onwards."""
    ids = [f"cam-{number:03d}-demo" for number in range(6, 6 + count)]
    return [_main(camera_id, colour=EXTRA_COLOURS[index % 6], **SMALL) for index, camera_id in enumerate(ids)]
