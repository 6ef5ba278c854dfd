"""The SFU's side: webrtcbin with one sendonly H.264 track, offered before the camera has said a word."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from whip_pusher import pipeline
from whip_pusher.gst import Gst, GstSdp, GstWebRTC, element, parse_bin

OFFER_TRIES = 3


class Peer:
    """`on_offer(sdp)` gives the complete offer, or None where there is none to be had; `on_state(name)` the connection
    state; `on_rtcp()` each RTCP packet of the SFU. All are called from GStreamer's threads."""

    def __init__(
        self,
        msid: str,
        addresses: tuple[str, ...],
        *,
        on_offer: Callable[[str | None], None],
        on_state: Callable[[str], None],
        on_rtcp: Callable[[], None],
    ) -> None:
        self._on_offer, self._on_state, self._on_rtcp = on_offer, on_state, on_rtcp
        ssrc = secrets.randbelow(2**32 - 1) + 1
        self.element = element("webrtcbin", "peer", bundle_policy=GstWebRTC.WebRTCBundlePolicy.MAX_BUNDLE)
        caps = Gst.Caps.from_string(pipeline.offer_caps(ssrc, msid))
        self.tail = parse_bin(pipeline.tail(ssrc))
        self.tail.get_by_name("offered").set_property("caps", caps)
        self.pay = self.tail.get_by_name("pay")
        self._pad = self.element.request_pad_simple("sink_0")
        self._describe_track(caps)
        self._prepare_ice(addresses)
        # Otherwise sender reports tell a time that runs at the wrong rate until the latency is known.
        self.element.get_by_name("rtpbin").set_property("rtcp-sync-send-time", False)
        self.element.connect("notify::ice-gathering-state", self._gathered)
        self.element.connect("notify::connection-state", self._changed)

    def link(self) -> None:
        """Join payloader and webrtcbin; both must be in the pipeline."""
        self.tail.get_static_pad("src").link(self._pad)

    def offer(self, tries: int = OFFER_TRIES) -> None:
        """Begin: create the offer and gather candidates."""
        promise = Gst.Promise.new_with_change_func(self._created, tries)
        self.element.emit("create-offer", None, promise)

    def answer(self, sdp: str) -> bool:
        """Take the SFU's answer; False where it cannot be parsed."""
        result, message = GstSdp.SDPMessage.new_from_text(sdp)
        if result != GstSdp.SDPResult.OK:
            return False
        description = GstWebRTC.WebRTCSessionDescription.new(GstWebRTC.WebRTCSDPType.ANSWER, message)
        self.element.emit("set-remote-description", description, Gst.Promise.new())
        return True

    def watch_rtcp(self) -> None:
        """Report RTCP from now on; the session exists once the connection stands."""
        session = self.element.get_by_name("rtpbin").emit("get-internal-session", 0)
        if session is not None:
            session.connect("on-receiving-rtcp", lambda _session, _buffer: self._on_rtcp())

    def sequence_number(self) -> int:
        """How many RTP packets were made, modulo 2^16."""
        stats = self.pay.get_property("stats")
        return (stats.get_uint("seqnum")[1] - stats.get_uint("seqnum-offset")[1]) % 65536 if stats else 0

    def _describe_track(self, caps: Any) -> None:
        self._track = track = self._pad.get_property("transceiver")
        track.set_property("direction", GstWebRTC.WebRTCRTPTransceiverDirection.SENDONLY)
        track.set_property("codec-preferences", caps)

    def _prepare_ice(self, addresses: tuple[str, ...]) -> None:
        # webrtcbin leaves its agent's first reference floating: it is ours as soon as Python has touched it.
        self._ice = ice = self.element.get_property("ice-agent")
        ice.set_property("ice-tcp", False)
        # UPnP makes gathering wait 200 ms, and asks strangers on the network.
        ice.get_property("agent").set_property("upnp", False)
        for address in addresses:
            ice.emit("add-local-ip-address", address)

    def _created(self, promise: Any, tries: int) -> None:
        reply = promise.get_reply()
        if reply is not None and reply.has_field("offer"):
            self.element.emit("set-local-description", reply.get_value("offer"), Gst.Promise.new())
        elif tries > 1:
            self.offer(tries - 1)
        else:
            self._on_offer(None)

    def _gathered(self, _element: Any, _property: Any) -> None:
        if self.element.get_property("ice-gathering-state") == GstWebRTC.WebRTCICEGatheringState.COMPLETE:
            self._on_offer(self.element.get_property("local-description").sdp.as_text())

    def _changed(self, _element: Any, _property: Any) -> None:
        self._on_state(self.element.get_property("connection-state").value_nick)
