"""The camera's side: one RTSP connection that sets up the streams its owner chooses, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from whip_pusher.config import RtspSource
from whip_pusher.gst import Gst, GstSdp, element

PROTOCOLS = {"tcp": 4, "udp": 1}
JITTER_MS = {"tcp": 0, "udp": 100}  # over UDP packets come late and out of order


@dataclass(frozen=True)
class Media:
    """One media section of the SDP. `encoding` is upper-case, empty where the SDP names none; `sprop` is H.264's.
    `rate` in Hz and `channels` are those of sound."""

    kind: str
    encoding: str
    sprop: str = ""
    rate: int | None = None
    channels: int = 1


class Source:
    """`on_described(media)` gets the SDP's sections as soon as DESCRIBE is answered, and answers the indices of those
    to set up; `on_pad(kind, pad)` gives the RTP of each; `on_end()` is the server's hanging up. All are called from
    GStreamer's threads."""

    def __init__(
        self,
        source: RtspSource,
        *,
        timeout: float,
        on_described: Callable[[Sequence[Media]], Collection[int]],
        on_pad: Callable[[str, Any], None],
        on_end: Callable[[], None],
        name: str = "source",
        transport: str = "tcp",
    ) -> None:
        self._on_described, self._on_pad, self._on_end = on_described, on_pad, on_end
        self._chosen: Collection[int] = ()
        self.element = element(
            "rtspsrc",
            name,
            location=source.location,
            protocols=PROTOCOLS[transport],
            latency=JITTER_MS[transport],
            drop_on_latency=False,
            do_retransmission=False,
            tcp_timeout=int(timeout * 1_000_000),
        )
        if not source.verify:
            self.element.set_property("tls-validation-flags", 0)
        if source.user:
            self.element.set_property("user-id", source.user)
            self.element.set_property("user-pw", source.password.reveal())
        self.element.connect("on-sdp", self._described)
        self.element.connect("select-stream", lambda _element, number, _caps: number in self._chosen)
        self.element.connect("pad-added", self._added)

    def _described(self, _element: Any, sdp: Any) -> None:
        count = GstSdp.SDPMessage.medias_len(sdp)
        self._chosen = self._on_described([_media(GstSdp.SDPMessage.get_media(sdp, index)) for index in range(count)])

    def _added(self, _element: Any, pad: Any) -> None:
        pad.add_probe(Gst.PadProbeType.EVENT_DOWNSTREAM, self._event)
        caps = pad.get_current_caps() or pad.query_caps(None)
        self._on_pad(caps.get_structure(0).get_string("media") or "", pad)

    def _event(self, _pad: Any, info: Any) -> Any:
        if info.get_event().type != Gst.EventType.EOS:
            return Gst.PadProbeReturn.OK
        self._on_end()
        return Gst.PadProbeReturn.DROP


def _media(media: Any) -> Media:
    """Of several formats of one section cameras mean the first."""
    form = media.get_format(0) or ""
    caps = media.get_caps_from_media(int(form)) if form.isdecimal() else None
    fields = caps.get_structure(0) if caps else None
    if fields is None:
        return Media(media.get_media(), "")
    encoding = (fields.get_string("encoding-name") or "").upper()
    has_rate, rate = fields.get_int("clock-rate")
    channels = fields.get_string("encoding-params") or "1"
    return Media(
        media.get_media(),
        encoding,
        fields.get_string("sprop-parameter-sets") or "",
        rate if has_rate else None,
        int(channels) if channels.isdecimal() else 1,
    )
