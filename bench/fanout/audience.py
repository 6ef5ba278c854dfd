"""Viewers that go the product's whole way: reserve, offer, answer, heartbeats, release; each is a user of its own."""

from __future__ import annotations

import heapq
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

from bench.api import Api, Json, Refused
from bench.fanout.peer import Peer
from bench.fanout.receiver import Receiver

CLIENTS = 4  # that ask at once while viewers come and go
HEARTBEAT = 15.0  # seconds, as the page's (docs/reference/timing.md)
LIVE_SECONDS = 15.0
OFFER_SECONDS = 15.0  # more, where the stream is not live when reserve has waited
ASK_EVERY = 0.5
JOIN_SECONDS = 5.0
IDLE = 4.0  # seconds after which the server may have closed a kept connection


@dataclass
class Viewer:
    number: int
    camera_id: str
    peer: Peer
    reservation_id: str


@dataclass
class Audience:
    """`late`: milliseconds from when a heartbeat was due until its answer; `errors`: what the product refused."""

    connect: Callable[[], Api]
    receiver: Receiver
    viewers: list[Viewer] = field(default_factory=list)
    late: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._over = threading.Event()
        self._local = threading.local()
        self._due: list[tuple[float, int]] = []
        self._lock = threading.Lock()

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Heartbeats are sent inside."""
        beats = threading.Thread(target=self._beat, name="heartbeats", daemon=True)
        beats.start()
        try:
            yield
        finally:
            self._over.set()
            beats.join(JOIN_SECONDS)

    def grow(self, camera_ids: Sequence[str], size: int) -> None:
        """Until there are `size`, in turn on each camera; who is refused is in `errors`."""
        numbers = range(len(self.viewers), size)
        with ThreadPoolExecutor(CLIENTS) as pool:
            list(pool.map(lambda number: self._guarded(self._join, number, camera_ids), numbers))

    def empty(self) -> None:
        """All release their leases and close."""
        with ThreadPoolExecutor(CLIENTS) as pool:
            list(pool.map(lambda viewer: self._guarded(self._leave, viewer), self.viewers))

    def _guarded(self, act: Callable[..., None], *arguments: object) -> None:
        try:
            act(*arguments)
        except (Refused, OSError, ValueError) as error:
            self.errors.append(f"{act.__name__.strip('_')} {type(error).__name__}: {error}"[:300])

    def _join(self, number: int, camera_ids: Sequence[str]) -> None:
        api, camera_id = self._api(), camera_ids[number % len(camera_ids)]
        body = {"camera_id": camera_id, "transport": "webrtc", "user_id": f"fanout-{number:03d}"}
        lease = api.call("POST", f"/stream/reserve?wait={LIVE_SECONDS:g}", body)
        reservation_id = str(lease["reservation_id"])
        try:
            peer = self._connect(api, reservation_id)
        except (Refused, OSError, ValueError):
            api.close()
            api.release(reservation_id)
            raise
        viewer = Viewer(number, camera_id, peer, reservation_id)
        with self._lock:
            self.viewers.append(viewer)
            heapq.heappush(self._due, (time.monotonic() + HEARTBEAT, len(self.viewers) - 1))

    def _connect(self, api: Api, reservation_id: str) -> Peer:
        peer = Peer(_offer(api, reservation_id))
        self.receiver.watch(peer)
        api.call("POST", f"/stream/reservations/{reservation_id}/answer", {"sdp": peer.answer()})
        return peer

    def _leave(self, viewer: Viewer) -> None:
        self.receiver.forget(viewer.peer)
        self._api().release(viewer.reservation_id)

    def _beat(self) -> None:
        """One after another, each when it is due: a late answer makes the next ones late, and is told so."""
        while not self._over.wait(0.02):
            with self._lock:
                due = heapq.heappop(self._due) if self._due and self._due[0][0] <= time.monotonic() else None
            if due is None:
                continue
            self._guarded(self._heartbeat, self.viewers[due[1]])
            self.late.append((time.monotonic() - due[0]) * 1000)
            with self._lock:
                heapq.heappush(self._due, (due[0] + HEARTBEAT, due[1]))

    def _heartbeat(self, viewer: Viewer) -> None:
        counts = viewer.peer.counts()
        body: Json = {"frames_decoded": counts.frames, "packets_lost": max(0, counts.lost)}
        self._api().call("POST", f"/stream/heartbeat/{viewer.reservation_id}", body)

    def _api(self) -> Api:
        """This thread's connection, afresh after a pause in which the server may have closed it."""
        now = time.monotonic()
        api: Api | None = getattr(self._local, "api", None)
        if api is None:
            api = self._local.api = self.connect()
        elif now - self._local.used > IDLE:
            api.close()
        self._local.used = now
        return api


def _offer(api: Api, reservation_id: str) -> str:
    """Asks again while the stream is not live yet, as the player does. Refused: it does not become live."""
    deadline = time.monotonic() + OFFER_SECONDS
    while True:
        try:
            return str(api.call("POST", f"/stream/reservations/{reservation_id}/offer", {})["sdp"])
        except Refused:
            if time.monotonic() > deadline:
                raise
        time.sleep(ASK_EVERY)
