"""The encoders, as one table: a row for each way to make H.264 without delay. Pure strings."""

from __future__ import annotations

from dataclasses import dataclass, replace

BASELINE = 'capsfilter caps="video/x-h264,stream-format=byte-stream,alignment=au,profile=constrained-baseline"'


@dataclass(frozen=True)
class Profile:
    """What a transcoded stream may be at most: pixels, frames/s, kbit/s. Smaller sources are not blown up."""

    width: int
    height: int
    fps: int
    kbps: int


PROFILES = {
    "1080p": Profile(1920, 1080, 25, 3000),
    "720p": Profile(1280, 720, 25, 1500),
    "360p": Profile(640, 360, 15, 500),
}
LOW = PROFILES["360p"]

# Keyframes come from force-key-unit events, because the frame rate may be unknown; 600 ms of buffer keeps one from
# being a burst. `speed` and `threads` mean what x264 means by them; a row for VA-API or NVENC may ignore them.
ENCODERS = {
    "x264": (
        "x264enc name=encoder_{layer} tune=zerolatency speed-preset={speed} bitrate={kbps} vbv-buf-capacity=600 "
        "key-int-max=3000 bframes=0 threads={threads} option-string=scenecut=0"
    ),
}


@dataclass(frozen=True)
class EncoderSettings:
    """`kbps`: instead of the profile's."""

    kind: str = "x264"
    speed: str = "ultrafast"
    threads: int = 1
    profile: Profile = PROFILES["720p"]
    kbps: int = 0
    keyframe_seconds: float = 1.0

    def of(self, layer: str, *, alone: bool = True) -> Profile:
        """Alone, a layer is as large as the settings say; a low one beside a high one from the same decode is small."""
        if layer == "low" and not alone:
            return LOW
        return replace(self.profile, kbps=self.kbps) if self.kbps else self.profile


def encoder(settings: EncoderSettings, layer: str, most: Profile) -> str:
    """From raw 4:2:0 frames to constrained-baseline access units within `most`; the last element is `out_<layer>`."""
    made = ENCODERS[settings.kind].format(layer=layer, speed=settings.speed, threads=settings.threads, kbps=most.kbps)
    return f"{shrink(most)} ! {made} ! {BASELINE} name=out_{layer}"


def shrink(most: Profile) -> str:
    """Sizes shrink to fit, in their aspect ratio and in even pixels."""
    size = f"width=[2,{most.width},2],height=[2,{most.height},2],pixel-aspect-ratio=1/1"
    return f'videoscale n-threads=1 ! capsfilter caps="video/x-raw,{size}"'
