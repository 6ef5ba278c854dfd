"""One published session, and the next where it is lost: peer, WHIP, RTCP watchdog."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from whip_pusher.config import Config
from whip_pusher.exits import PERMANENT, Exit
from whip_pusher.later import later
from whip_pusher.peer import Peer
from whip_pusher.tracks import Track
from whip_pusher.watchdog import SfuMarks, of_sfu

if TYPE_CHECKING:
    from whip_pusher.session import WhipSession

LOST = frozenset({"failed", "closed"})
CONNECT_AGAIN = 2.0  # seconds for TCP to an SFU that answered before: its own tries come after 1, 3, 7 s


class Publisher:
    """`on_connected()` when a session stands, `on_lost(exit, detail)` when it is over or will never be.

    Everything happens in the main loop's thread, but for what GStreamer and WHIP report, which is put off into it.
    """

    def __init__(
        self,
        parent: Any,
        config: Config,
        *,
        on_connected: Callable[[], None],
        on_lost: Callable[[Exit, str], None],
    ) -> None:
        self._parent, self._config = parent, config
        self._on_connected, self._on_lost = on_connected, on_lost
        self._tracks: list[Track] = []
        self._session: WhipSession | None = None
        self._leaving: list[WhipSession] = []
        self._allowed = False
        self.sessions = 0  # that stood
        self.peer: Peer
        self._begin()

    def _begin(self) -> None:
        self.marks = SfuMarks(allowed=time.monotonic() if self._allowed else None)
        self._offer: str | None = None
        self._answer: str | None = None
        self._over = False
        peer = Peer(
            self._parent,
            self._config.ice_addresses,
            on_offer=lambda sdp: later(self._of, peer, self._offered, sdp),
            on_state=lambda state: later(self._of, peer, self._state_changed, state),
            on_rtcp=self._mark_rtcp,
        )
        self.peer = peer

    @property
    def connected(self) -> bool:
        return self.marks.connected is not None and not self._over

    @property
    def begun(self) -> bool:
        """The offer is made: no more tracks can be added."""
        return bool(self._tracks)

    def start(self, tracks: list[Track]) -> None:
        """Make the offer for these tracks."""
        self._tracks = tracks
        self.peer.add(tracks)
        self.peer.link()
        if not self.sessions:
            self._open()  # the first frames wait in the peer for its connection, so that no keyframe is lost
        self.peer.offer()
        # http.client takes 20 ms to import: time that GStreamer's threads use for keys and the RTSP connection.
        import whip_pusher.session  # noqa: F401

    def allow(self) -> None:
        """POST as soon as there is an offer: before a camera has described a video, nothing is to be seen of us."""
        self._allowed = True
        self.marks.allowed = self.marks.allowed or time.monotonic()
        self._publish()

    def again(self) -> None:
        """A new session with the same tracks; an offer that nobody has answered is made again as it is."""
        if self._answer is not None or self._offer is None:
            self._begin()
            self.start(self._tracks)
            return
        self.marks, self._over = SfuMarks(allowed=time.monotonic()), False
        self._publish()

    def check(self, now: float, *, flowing: bool, resumed: float | None) -> None:
        found = None if self._over else of_sfu(self.marks, self._config.timeouts, now, flowing=flowing, resumed=resumed)
        if found is not None:
            self._lose(found.exit, found.detail)

    def error(self, path: str, detail: str) -> bool:
        """An error that an element posted; False: it is none of the present peer's."""
        if f":{self.peer.name}/" not in f"{path}/":
            return False
        self._lose(Exit.SFU_GONE, detail)
        return True

    def close(self, *, within: float) -> None:
        """End the session in the SFU, and those before that have not ended yet; takes at most `within` seconds."""
        until = time.monotonic() + within
        self._leave()
        for session in self._leaving:
            session.wait(until)

    def _leave(self) -> None:
        """A session that is lost may still stand for the SFU, or be answered for too late."""
        session, self._session = self._session, None
        self._leaving = [each for each in self._leaving if not each.ended]
        if session is not None:
            session.leave()
            self._leaving.append(session)

    def _of(self, peer: Peer, call: Callable[[Any], None], value: Any) -> None:
        if peer is self.peer and not self._over:
            call(value)

    def _of_post(self, marks: SfuMarks, call: Callable[[Any], None], value: Any) -> None:
        """Of two POSTs of one offer only the later one's answer counts."""
        if marks is self.marks and not self._over:
            call(value)

    def _mark_rtcp(self) -> None:
        self.marks.rtcp = time.monotonic()

    def _open(self) -> None:
        for track in self._tracks:
            track.open()

    def _offered(self, sdp: str | None) -> None:
        if sdp is None:
            self._lose(Exit.INTERNAL, "webrtcbin made no offer")
            return
        self._offer = sdp
        self._publish()

    def _publish(self) -> None:
        if self._offer is None or not self._allowed or self.marks.offered is not None:
            return
        from whip_pusher.session import WhipSession

        marks = self.marks
        marks.offered = time.monotonic()
        self._session = WhipSession(
            self._config.whip_endpoint,
            self._config.stream_key,
            timeout=self._config.timeouts.negotiation,
            connect=min(self._config.timeouts.negotiation, CONNECT_AGAIN if self.sessions else float("inf")),
            on_answer=lambda sdp: later(self._of_post, marks, self._answered, sdp),
            on_error=lambda code, detail: later(self._of_post, marks, self._refused, (code, detail)),
        )
        self._session.publish(self._offer)

    def _answered(self, sdp: str) -> None:
        self._answer = sdp
        if not self.peer.answer(sdp):
            self._lose(Exit.SFU_GONE, "WHIP answer is no SDP")

    def _refused(self, why: tuple[Exit, str]) -> None:
        self._lose(*why)

    def _state_changed(self, state: str) -> None:
        if state in LOST:
            self._lose(Exit.SFU_GONE, f"connection {state}")
        elif state == "connected" and self.marks.connected is None:
            self.peer.watch_rtcp()
            self.marks.connected = time.monotonic()
            self.sessions += 1
            self._open()
            self._on_connected()

    def _lose(self, code: Exit, detail: str) -> None:
        """The session is over, whatever else it says. Where it stood, its tracks are shut until the next."""
        if self._over:
            return
        self._over = True
        self._leave()
        if self.sessions and code not in PERMANENT and (self._answer is not None or self._offer is None):
            for track in self._tracks:
                track.shut()
            self.peer.close()
        self._on_lost(code, detail)
