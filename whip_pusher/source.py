"""The camera's side: one RTSP connection over TCP that sets up the first video stream and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from whip_pusher.config import RtspSource
from whip_pusher.gst import Gst, GstSdp, element

TCP = 4


class Source:
    """`on_video(encoding, sprop)` tells the stream that was chosen, as soon as DESCRIBE is answered; `on_none()` that
    the SDP has no video; `on_pad(pad)` gives its RTP; `on_end()` is the server's hanging up. All are called from
    GStreamer's threads."""

    def __init__(
        self,
        source: RtspSource,
        *,
        timeout: float,
        on_video: Callable[[str, str], bool],
        on_none: Callable[[], None],
        on_pad: Callable[[Any], None],
        on_end: Callable[[], None],
    ) -> None:
        self._on_video, self._on_none, self._on_pad, self._on_end = on_video, on_none, on_pad, on_end
        self._chosen: int | None = None
        self.element = element(
            "rtspsrc",
            "source",
            location=source.location,
            protocols=TCP,
            latency=0,
            drop_on_latency=False,
            do_retransmission=False,
            tcp_timeout=int(timeout * 1_000_000),
        )
        if source.user:
            self.element.set_property("user-id", source.user)
            self.element.set_property("user-pw", source.password.reveal())
        self.element.connect("on-sdp", self._described)
        self.element.connect("select-stream", self._select)
        self.element.connect("pad-added", self._added)

    def _described(self, _element: Any, sdp: Any) -> None:
        count = GstSdp.SDPMessage.medias_len(sdp)
        kinds = [GstSdp.SDPMessage.get_media(sdp, index).get_media() for index in range(count)]
        if "video" not in kinds:
            self._on_none()

    def _select(self, _element: Any, number: int, caps: Any) -> bool:
        if self._chosen is not None:
            return self._chosen == number
        fields = caps.get_structure(0)
        if fields.get_string("media") != "video":
            return False
        encoding = (fields.get_string("encoding-name") or "").upper()
        self._chosen = number
        return self._on_video(encoding, fields.get_string("sprop-parameter-sets") or "")

    def _added(self, _element: Any, pad: Any) -> None:
        pad.add_probe(Gst.PadProbeType.EVENT_DOWNSTREAM, self._event)
        self._on_pad(pad)

    def _event(self, _pad: Any, info: Any) -> Any:
        if info.get_event().type != Gst.EventType.EOS:
            return Gst.PadProbeReturn.OK
        self._on_end()
        return Gst.PadProbeReturn.DROP
