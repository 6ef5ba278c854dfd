"""The cameras of the matrix: one of each kind that a city has, and the ones that misbehave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from deploy.demo.camera_list import CameraSpec

Quirk = Literal[
    "", "no-rtcp", "no-sprop", "udp-only", "jump-forward", "jump-backward", "shrink", "begin-b-frames", "clip",
    "no-config", "16-khz",
]  # fmt: skip
TONE_HZ = 440
TONE = f"audiotestsrc is-live=true wave=sine freq={TONE_HZ} volume=0.3 ! audio/x-raw,channels=1"
SOUNDS = {
    "pcma": f"{TONE},rate=8000 ! alawenc ! rtppcmapay",
    "pcmu": f"{TONE},rate=8000 ! mulawenc ! rtppcmupay",
    # As cameras name it; the payloader itself knows 8 kHz only, and counts samples.
    "pcmu-16khz": f"{TONE},rate=16000 ! mulawenc ! capssetter caps=audio/x-mulaw,rate=8000 ! rtppcmupay pt=97",
    "aac": f"{TONE},rate=16000 ! voaacenc ! rtpmp4gpay",
    "opus": f"{TONE},rate=48000 ! opusenc ! rtpopuspay",
    "g726": f"{TONE},rate=8000 ! avenc_g726 bitrate=32000 ! rtpg726pay",
    "metadata": f"{TONE},rate=8000 ! rtpgstpay",
}


@dataclass(frozen=True)
class Odd:
    """What a mount serves, and how it misbehaves: `shrink`, `begin-b-frames` and `clip` play what was encoded at the
    start in a loop."""

    spec: CameraSpec
    quirk: Quirk = ""


def _odd(mount: str, quirk: Quirk = "", **fields: Any) -> Odd:
    small: dict[str, Any] = {"width": 640, "height": 360, "fps": 15, "kbps": 500}
    return Odd(CameraSpec(mount=mount, camera_id=mount, **{**small, **fields}), quirk)


def _size(name: str, width: int, height: int) -> Odd:
    return _odd(name, width=width, height=height, kbps=1500)


ALL = [
    _odd("baseline"),
    _odd("main", profile="main"),
    _odd("high", profile="high"),
    _odd("main-b-frames", profile="main", b_frames=2),
    _odd("high-b-frames", profile="high", b_frames=2),
    _odd("no-sprop", "no-sprop"),
    _odd("no-sprop-b-frames", "no-sprop", profile="high", b_frames=2),
    _odd("no-sprop-422", "no-sprop", profile="high-4:2:2"),
    _odd("10-bit", profile="high-10"),
    _odd("begin-b-frames", "begin-b-frames", profile="high"),
    _odd("gop-500ms", gop_seconds=0.5),
    _odd("gop-1s", gop_seconds=1.0),
    _odd("gop-2s", gop_seconds=2.0),
    _odd("gop-10s", gop_seconds=10.0),
    _odd("many-bits", kbps=4000, noise_lines=200),
    # 5:3, not 4:3, because the clock strip needs blocks that are about square.
    _size("240p", 400, 240),
    _size("480p", 800, 480),
    _size("720p", 1280, 720),
    _size("1080p", 1920, 1080),
    _odd("2160p", "clip", width=3840, height=2160, fps=12, kbps=4000),
    # Recorded, because videotestsrc on a busy machine hurries after the frames that it missed; cameras drop them.
    *(_odd(f"{fps}-fps", "clip", fps=fps) for fps in (5, 12, 25, 30, 60)),
    _odd("h265", codec="h265"),
    _odd("h265-1080p", "clip", codec="h265", width=1920, height=1080, fps=12, kbps=3000),
    _odd("h265-gop-8s", codec="h265", gop_seconds=8.0),
    _odd("no-sprop-gop-8s", "no-sprop", gop_seconds=8.0),
    _odd("mjpeg", codec="mjpeg"),
    # libav's encoder does not survive the flush with which gst-rtsp-server starts a live media.
    _odd("mpeg4", "clip", codec="mpeg4"),
    _odd("theora", codec="theora"),
    *(_odd(f"sound-{name}", "16-khz" if "16khz" in name else "", sound=launch) for name, launch in SOUNDS.items()),
    _odd("sound-aac-no-config", "no-config", sound=SOUNDS["aac"]),
    _odd("sound-first", sound=SOUNDS["pcma"], audio_first=True),
    _odd("sound-only", codec="none", sound=SOUNDS["pcma"], audio_first=True),
    _odd("no-rtcp", "no-rtcp"),
    _odd("udp-only", "udp-only"),
    _odd("jump-forward", "jump-forward"),
    _odd("jump-backward", "jump-backward"),
    _odd("shrink", "shrink", width=1280, height=720),
]
# What the bench measures with: encoded beforehand, so that the camera's own work is in no figure. Not of the matrix.
OF_BENCH = [_odd("h265-1080p25", "clip", codec="h265", width=1920, height=1080, fps=25, kbps=3000)]
