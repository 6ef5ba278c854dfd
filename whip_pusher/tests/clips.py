"""What costs too much to encode while it plays is encoded once, and played in a loop at its own pace."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from gi.repository import Gst

from deploy.demo.camera_list import CameraSpec
from deploy.demo.camera_media import PAYLOADERS, dress, encoder, picture

SECONDS = 1
CAPS = {
    "h264": "video/x-h264,stream-format=byte-stream,alignment=au",
    "h265": "video/x-h265,stream-format=byte-stream,alignment=au",
    "mpeg4": "video/mpeg,mpegversion=4,systemstream=false",
}
CHANGE_AFTER_SECONDS = 3.0


@dataclass(frozen=True)
class Clip:
    """Access units of `SECONDS` seconds, the first of them a keyframe."""

    codec: str
    fps: int
    units: list[bytes]

    @property
    def launch_line(self) -> str:
        """With an `appsrc` named clip, for `feed`."""
        source = f'appsrc name=clip is-live=true do-timestamp=true format=time caps="{CAPS[self.codec]}"'
        return f"( {source} ! {PAYLOADERS[self.codec]} name=pay0 )"


def record(spec: CameraSpec) -> Clip:
    """Encode as fast as this machine can."""
    frames = picture(spec).replace("is-live=true", f"num-buffers={spec.fps * SECONDS}")
    sink = f'capsfilter caps="{CAPS[spec.codec]}" ! appsink name=sink sync=false'
    pipeline = Gst.parse_launch(f"{frames} ! {encoder(spec, 1.0)} ! {sink}")
    dress(spec, pipeline)
    pipeline.set_state(Gst.State.PLAYING)
    units = []
    while sample := pipeline.get_by_name("sink").emit("pull-sample"):
        buffer = sample.get_buffer()
        units.append(buffer.extract_dup(0, buffer.get_size()))
    pipeline.set_state(Gst.State.NULL)
    return Clip(spec.codec, spec.fps, units)


def smaller(spec: CameraSpec) -> CameraSpec:
    return replace(spec, width=spec.width // 2, height=spec.height // 2)


def forever(clip: Clip) -> Iterator[bytes]:
    while True:
        yield from clip.units


def reordered(spec: CameraSpec) -> CameraSpec:
    return replace(spec, b_frames=2)


def one_then_the_other(one: Clip, other: Clip, on_change: Callable[[], None]) -> Iterator[bytes]:
    """Two clips in one stream: the parameter sets change in its middle, the SDP cannot."""
    until = time.monotonic() + CHANGE_AFTER_SECONDS
    while time.monotonic() < until:
        yield from one.units
    on_change()
    yield from forever(other)


def feed(media: Any, units: Iterator[bytes], fps: int) -> None:
    """Play `units` into a media that a factory has just made, until it ends."""
    over = threading.Event()
    media.connect("unprepared", lambda _media: over.set())
    source = media.get_element().get_by_name("clip")
    threading.Thread(target=_feed, args=(source, units, fps, over), daemon=True).start()


def _feed(source: Any, units: Iterator[bytes], fps: int, over: threading.Event) -> None:
    # Without a clock there are no timestamps, and the first frame would have none.
    while source.get_state(0)[1] != Gst.State.PLAYING or source.get_clock() is None:
        if over.wait(0.005):
            return
    due = time.monotonic()
    while not over.wait(max(0.0, due - time.monotonic())):
        if source.emit("push-buffer", Gst.Buffer.new_wrapped(next(units))) != Gst.FlowReturn.OK:
            return
        due = max(due + 1 / fps, time.monotonic())
