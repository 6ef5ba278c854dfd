"""How a camera's picture is made: the launch line of a mount, and the probe that draws the time into each frame."""

from __future__ import annotations

import contextlib
import ctypes
import datetime
import time
from collections.abc import Iterator
from typing import Any

from gi.repository import Gst

from deploy.demo.camera_list import CameraSpec
from deploy.demo.clock_strip import Painter

NOISE = bytes((i * 1103515245 + 12345 >> 16) * (i | 1) >> 7 & 0x1F | 0x60 for i in range(1 << 19))
PLAIN_ENCODERS = {
    "mjpeg": "jpegenc quality=70",
    "mpeg4": "avenc_mpeg4 bitrate=1000000",
    "theora": "theoraenc speed-level=2",
}
PAYLOADERS = {
    "h264": "rtph264pay config-interval=-1 aggregate-mode=zero-latency",
    "h265": "rtph265pay config-interval=-1",
    "mjpeg": "rtpjpegpay",
    "mpeg4": "rtpmp4vpay config-interval=1",
    "theora": "rtptheorapay",
}

_gst = ctypes.CDLL("libgstreamer-1.0.so.0")
_gst.gst_buffer_peek_memory.argtypes = [ctypes.c_void_p, ctypes.c_uint]
_gst.gst_buffer_peek_memory.restype = ctypes.c_void_p


class _MapInfo(ctypes.Structure):
    _fields_ = [
        ("memory", ctypes.c_void_p),
        ("flags", ctypes.c_int),
        ("data", ctypes.c_void_p),
        ("size", ctypes.c_size_t),
        ("maxsize", ctypes.c_size_t),
        ("user_data", ctypes.c_void_p * 4),
        ("reserved", ctypes.c_void_p * 4),
    ]


_gst.gst_memory_map.argtypes = [ctypes.c_void_p, ctypes.POINTER(_MapInfo), ctypes.c_int]
_gst.gst_memory_unmap.argtypes = [ctypes.c_void_p, ctypes.POINTER(_MapInfo)]


@contextlib.contextmanager
def writable(buffer: Any) -> Iterator[int]:
    """The address of a buffer's first memory, to be written to; 0 where it cannot be had."""
    # PyGObject holds a second reference, so the buffer counts as read-only; its memory is still ours alone.
    memory, mapped = _gst.gst_buffer_peek_memory(hash(buffer), 0), _MapInfo()
    if not _gst.gst_memory_map(memory, ctypes.byref(mapped), 2):
        yield 0
        return
    try:
        yield mapped.data or 0
    finally:
        _gst.gst_memory_unmap(memory, ctypes.byref(mapped))


def launch_line(spec: CameraSpec, *, keyframe_seconds: float) -> str:
    """The gst-rtsp-server launch line; the order of pay0, pay1 is the order of streams in the SDP."""
    sound = f"{spec.sound} name=pay{int(not spec.audio_first)}" if spec.sound else ""
    if spec.codec == "none":
        return f"( {sound} )"
    video = f"{picture(spec)} ! {encoder(spec, keyframe_seconds)} ! {PAYLOADERS[spec.codec]}"
    return f"( {video} name=pay{int(bool(sound) and spec.audio_first)} {sound} )"


def picture(spec: CameraSpec) -> str:
    """Raw frames of one camera, which `dress` then completes."""
    size = spec.height // 12
    label = "" if spec.mount == spec.camera_id else f" ({spec.mount.removeprefix(spec.camera_id + '-')})"
    return (
        f"videotestsrc name=eye is-live=true pattern=solid-color foreground-color={spec.colour} "
        f"! video/x-raw,format=I420,width={spec.width},height={spec.height},framerate={spec.fps}/1 "
        f'! textoverlay text="{spec.camera_id}{label}" font-desc="Sans Bold {size}px" auto-resize=false '
        f"valignment=position ypos=0.3 halignment=center "
        f'! textoverlay name=clock text=. font-desc="Monospace {size // 2}px" auto-resize=false '
        f"valignment=bottom halignment=right"
    )


def encoder(spec: CameraSpec, keyframe_seconds: float) -> str:
    """From raw frames to the codec's access units."""
    gop = max(1, round(spec.fps * (spec.gop_seconds or keyframe_seconds)))
    if spec.codec in PLAIN_ENCODERS:
        return PLAIN_ENCODERS[spec.codec]
    if spec.codec == "h265":
        return (
            f"x265enc speed-preset=ultrafast tune=zerolatency bitrate={spec.kbps} key-int-max={gop} "
            f'option-string="pools=none:frame-threads=1:bframes=0:scenecut=0:open-gop=0:log-level=none"'
        )
    # Without the caps x264enc settles for baseline, whatever features are on.
    tune = "" if spec.b_frames else "tune=zerolatency"
    dct, cabac = spec.profile == "high", spec.profile != "constrained-baseline"
    features = f"dct8x8={dct} cabac={cabac} bframes={spec.b_frames} b-adapt=false".lower()
    return (
        f"x264enc speed-preset=ultrafast {tune} bitrate={spec.kbps} key-int-max={gop} threads=1 {features} "
        f'option-string="scenecut=0" ! video/x-h264,profile={spec.profile}'
    )


class FramePainter:
    """Writes the strip into each raw frame of one camera and the same time, for people, into its clock overlay."""

    def __init__(self, spec: CameraSpec, clock: Any) -> None:
        self._spec, self._clock = spec, clock
        self._strip = Painter(camera_id=spec.camera_id, width=spec.width)
        self._bar = bytes([spec.bar_luma]) * (spec.width * (spec.height // 36))
        self._frames = 0

    def on_frame(self, _pad: Any, info: Any) -> Any:
        now = time.time()
        ms = int(now * 1000)
        stamp = datetime.datetime.fromtimestamp(now, datetime.UTC)
        self._clock.set_property("text", f"{stamp:%Y-%m-%d %H:%M:%S}.{ms % 1000:03d} UTC")
        with writable(info.get_buffer()) as plane:
            if plane:
                self._write(plane, ms)
        return Gst.PadProbeReturn.OK

    def _write(self, plane: int, ms: int) -> None:
        spec, luma, chroma = self._spec, self._strip.luma(ms), self._strip.chroma
        pixels = spec.width * spec.height
        ctypes.memmove(plane, luma, len(luma))
        ctypes.memmove(plane + pixels, chroma, len(chroma))
        ctypes.memmove(plane + pixels * 5 // 4, chroma, len(chroma))
        # A sweeping bar shows people that the picture moves; videotestsrc's own ball costs 20 % of a core at 1080p25.
        sweep = spec.height // 5 + ms % 4000 * (spec.height * 7 // 10) // 4000
        ctypes.memmove(plane + spec.width * sweep, self._bar, len(self._bar))
        self._add_noise(plane)

    def _add_noise(self, plane: int) -> None:
        spec = self._spec
        self._frames += 1
        size = spec.width * spec.noise_lines
        start = self._frames * 7919 % (len(NOISE) - size)
        ctypes.memmove(plane + spec.width * (spec.height // 8), NOISE[start : start + size], size)


def dress(spec: CameraSpec, element: Any) -> None:
    """Attach the painter to the media that a factory has just made."""
    eye = element.get_by_name("eye")
    if eye is None:
        return
    painter = FramePainter(spec, element.get_by_name("clock"))
    eye.get_static_pad("src").add_probe(Gst.PadProbeType.BUFFER, painter.on_frame)
