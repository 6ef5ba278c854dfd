"""The SFU's side: one webrtcbin that sends the tracks it is given. A session that is lost gets a new one."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Sequence
from typing import Any

from whip_pusher import offer
from whip_pusher.gst import Gst, GstSdp, GstWebRTC, element
from whip_pusher.handshake import Handshake
from whip_pusher.receiver_reports import Reports
from whip_pusher.tracks import Track

OFFER_TRIES = 3
SETTLE_SECONDS = 2.0  # for a push: median 2 ms, on an overloaded machine up to 340; one that hangs is not waited for
_numbers = itertools.count()


class Peer:
    """`on_offer(sdp)` gives the complete offer, or None where there is none to be had; `on_state(name)` the connection
    state; `on_rtcp()` each RTCP packet of the SFU. All are called from GStreamer's threads."""

    def __init__(
        self,
        parent: Any,
        addresses: tuple[str, ...],
        *,
        on_offer: Callable[[str | None], None],
        on_state: Callable[[str], None],
        on_rtcp: Callable[[], None],
    ) -> None:
        self._on_offer, self._on_state, self._on_rtcp = on_offer, on_state, on_rtcp
        self._parent, self.reports = parent, Reports()
        self.name = f"peer-{next(_numbers)}"
        self.element: Any = element("webrtcbin", self.name, bundle_policy=GstWebRTC.WebRTCBundlePolicy.MAX_BUNDLE)
        self._handshake = Handshake(self.element)
        self._prepare_ice(addresses)
        # Otherwise sender reports tell a time that runs at the wrong rate until the latency is known.
        self.element.get_by_name("rtpbin").set_property("rtcp-sync-send-time", False)
        self._signals = [
            self.element.connect("notify::ice-gathering-state", self._gathered),
            self.element.connect("notify::connection-state", self._changed),
        ]
        self._links: list[tuple[Track, Any]] = []
        self._transceivers: list[Any] = []

    def add(self, tracks: Sequence[Track]) -> None:
        """One line of the session each, in this order, after those that were added before."""
        for track in tracks:
            pad = self.element.request_pad_simple(f"sink_{len(self._links)}")
            self._handshake.hold(pad)
            transceiver = pad.get_property("transceiver")
            transceiver.set_property("direction", GstWebRTC.WebRTCRTPTransceiverDirection.SENDONLY)
            transceiver.set_property("codec-preferences", track.caps)
            self._transceivers.append(transceiver)
            self._links.append((track, pad))

    def link(self) -> None:
        """Put it into the pipeline, behind its tracks; running first: a pad asleep would end the camera's streaming."""
        self._parent.add(self.element)
        self.element.sync_state_with_parent()
        for track, pad in self._links:
            track.out.link(pad)

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
            session.connect("on-receiving-rtcp", self._received)

    def _received(self, _session: Any, packet: Any) -> None:
        self._on_rtcp()
        self.reports.take(packet.extract_dup(0, packet.get_size()))

    def close(self) -> None:
        """Give it up, in a thread; its tracks, which must be shut, wait for the next."""
        for signal in self._signals:
            self.element.disconnect(signal)
        self._handshake.release()
        threading.Thread(target=self._dismantle, name="close-peer", daemon=True).start()

    def _dismantle(self) -> None:
        for track, pad in self._links:
            track.out.unlink(pad)
        # A push that is still inside would come back as "flushing", upon which rtspsrc ends the camera's streaming.
        for track, _ in self._links:
            track.settle(SETTLE_SECONDS)
        self.element.set_state(Gst.State.NULL)
        self._parent.remove(self.element)
        # The agent's thread ends with the last reference to any of these.
        self._links, self._transceivers, self._ice, self.element = [], [], None, None

    def _prepare_ice(self, addresses: tuple[str, ...]) -> None:
        self._ice = ice = self.element.get_property("ice-agent")
        # webrtcbin leaves its agent's first reference floating, and Python takes that for its own: one for each.
        ice._ref()
        ice.set_property("ice-tcp", False)
        # UPnP makes gathering wait 200 ms, and asks strangers on the network.
        ice.get_property("agent").set_property("upnp", False)
        for address in addresses:
            ice.emit("add-local-ip-address", address)

    def _created(self, promise: Any, tries: int) -> None:
        reply = promise.get_reply()
        if self.element is None:
            return  # it was given up meanwhile
        if reply is not None and reply.has_field("offer"):
            self.element.emit("set-local-description", reply.get_value("offer"), Gst.Promise.new())
        elif tries > 1:
            self.offer(tries - 1)
        else:
            self._on_offer(None)

    def _gathered(self, _element: Any, _property: Any) -> None:
        if self.element.get_property("ice-gathering-state") == GstWebRTC.WebRTCICEGatheringState.COMPLETE:
            self._on_offer(offer.complete(self.element.get_property("local-description").sdp.as_text()))

    def _changed(self, _element: Any, _property: Any) -> None:
        state = self.element.get_property("connection-state").value_nick
        if state == "connected":
            self._handshake.connected()
        self._on_state(state)
