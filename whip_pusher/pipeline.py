"""Which elements a video source needs: pure strings and decisions, no GStreamer.

A stream is `rtspsrc → HEAD → TRACK → webrtcbin`. The head differs per codec and always ends in byte-stream H.264 access
units; the track (selector and payloader) stays for the program's life, so that a head can be changed before it.
"""

from __future__ import annotations

from dataclasses import dataclass

from whip_pusher.encoders import EncoderSettings, Profile, encoder
from whip_pusher.h264 import Sps, from_sprop

PAYLOAD_TYPE = 96
AU_CAPS = "video/x-h264,stream-format=byte-stream,alignment=au"


@dataclass(frozen=True)
class Codec:
    """Elements that take a codec from RTP to raw frames; `parse` may be empty."""

    depay: str
    parse: str
    decode: str


# One thread: frame threads would each hold back one frame.
CODECS = {
    "H264": Codec("rtph264depay", "h264parse", "avdec_h264 max-threads=1 output-corrupt=false"),
    "H265": Codec("rtph265depay", "h265parse", "avdec_h265 max-threads=1 output-corrupt=false"),
    "JPEG": Codec("rtpjpegdepay", "jpegparse", "jpegdec"),
    "MP4V-ES": Codec("rtpmp4vdepay", "mpeg4videoparse", "avdec_mpeg4 max-threads=1"),
    "H263-1998": Codec("rtph263pdepay", "h263parse", "avdec_h263 max-threads=1"),
    "VP8": Codec("rtpvp8depay", "", "vp8dec threads=1"),
    "VP9": Codec("rtpvp9depay", "vp9parse", "vp9dec threads=1"),
    "MPV": Codec("rtpmpvdepay", "mpegvideoparse", "avdec_mpeg2video max-threads=1"),
}
NAMES = {"H263-1998": "h263", "MP4V-ES": "mpeg4", "MPV": "mpeg2", "JPEG": "mjpeg"}


@dataclass(frozen=True)
class Plan:
    """How a source is carried. `mode` is passthrough or transcode, `why` a code word; sizes None until known.
    `watch_reordering`: only the frames can tell whether they are reordered."""

    encoding: str
    mode: str
    why: str
    width: int | None = None
    height: int | None = None
    watch_reordering: bool = False

    @property
    def codec(self) -> str:
        return NAMES.get(self.encoding, self.encoding.lower())


def plan(encoding: str, sprop: str, requested: str) -> Plan | None:
    """Decide from the SDP's encoding name and parameter sets; None: a codec that can neither be passed nor decoded."""
    if encoding not in CODECS:
        return None
    sps = from_sprop(sprop) if encoding == "H264" else None
    mode, why = _mode(encoding, sps, requested)
    watch = requested == "auto" and mode == "passthrough" and (sps is None or sps.reorders is None)
    width, height = (sps.width, sps.height) if sps else (None, None)
    return Plan(encoding, mode, why, width, height, watch)


def _mode(encoding: str, sps: Sps | None, requested: str) -> tuple[str, str]:
    if encoding != "H264":
        return "transcode", "not_h264"
    if requested != "auto":
        return requested, "requested"
    if sps and sps.unfit:
        return "transcode", sps.unfit
    return "passthrough", "h264"


def head(plan: Plan, settings: EncoderSettings, layers: tuple[str, ...]) -> str:
    """The bin from RTP to H.264 access units, with an element `out_<layer>` at the end of each of `layers`.

    It begins with `in`; behind `parse` a packet counts as arrived; `frames_<layer>` is what an encoder's frames pass.
    By passthrough all layers are the same, and `heads` ends in the open with the keyframes alone.
    """
    if plan.mode == "passthrough":
        outs = [f'parsed. ! capsfilter caps="{AU_CAPS}" name=out_{layer}' for layer in layers]
        parsed = f"{CODECS[plan.encoding].depay} name=in ! h264parse name=parse config-interval=-1 ! tee name=parsed"
        heads = "parsed. ! identity name=heads drop-buffer-flags=delta-unit signal-handoffs=false"
        return f"{parsed} {heads} {' '.join(outs)}"
    alone = len(layers) == 1
    branches = [_branch(settings, layer, settings.of(layer, alone=alone)) for layer in layers]
    if alone:
        return f"{decoder(plan.encoding)} ! {branches[0]}"
    return f"{decoder(plan.encoding)} ! tee name=decoded {' '.join(f'decoded. ! {branch}' for branch in branches)}"


def _branch(settings: EncoderSettings, layer: str, most: Profile) -> str:
    """Two frames at most before an encoder: what it cannot do in time is dropped, never late."""
    latest = f"queue name=frames_{layer} leaky=downstream max-size-buffers=2 max-size-bytes=0 max-size-time=0"
    return f"{latest} ! {encoder(settings, layer, most)}"


def decoder(encoding: str) -> str:
    """From RTP to raw 4:2:0 frames."""
    codec = CODECS[encoding]
    parse = codec.parse or "identity"
    return (
        f"{codec.depay} name=in ! {parse} name=parse ! {codec.decode} "
        f"! videoconvert n-threads=1 ! video/x-raw,format=I420"
    )


def tail(ssrc: int) -> str:
    """From access units to RTP; `count` knows how many there were."""
    counted = "identity name=count signal-handoffs=false"
    return f"{counted} ! rtph264pay name=pay mtu=1200 aggregate-mode=zero-latency pt={PAYLOAD_TYPE} ssrc={ssrc}"


def offer_caps(ssrc: int, msid: str) -> str:
    """Nothing of profile and level: the payloader finds those of each SPS, and must not be refused any."""
    return (
        "application/x-rtp,media=video,encoding-name=H264,clock-rate=90000,"
        f"payload={PAYLOAD_TYPE},ssrc=(uint){ssrc},packetization-mode=(string)1,"
        f'level-asymmetry-allowed=(string)1,a-msid=(string)"{msid}"'
    )


def snapshot(encoding: str, width: int | None) -> str:
    """From RTP to one JPEG; `sink` names the appsink."""
    # Height follows width, because the pixels are square.
    size = f",width={width}" if width else ""
    return (
        f"{decoder(encoding)} ! videoscale ! video/x-raw,pixel-aspect-ratio=1/1{size} "
        f"! jpegenc quality=82 ! appsink name=sink sync=false max-buffers=1 drop=false"
    )
