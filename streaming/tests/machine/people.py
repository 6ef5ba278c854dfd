"""What viewers do: come, stay, hide, fall silent, come back, leave; in any order, and twice."""

from __future__ import annotations

import uuid
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from cctv import clock
from cctv.errors import DomainError
from streaming import tasks
from streaming.models import Reservation
from streaming.services.releasing import release
from streaming.services.renewing import heartbeat, socket_closed, socket_opened, viewer_joined
from streaming.states import Layer, Transport
from streaming.tests.machine.base import Base
from streaming.tests.machine.rows import CAMERAS

which = st.integers(0, 99)
cameras = st.sampled_from(list(CAMERAS))
SOCKETS = st.sampled_from(["s1", "s2"])


class People(Base):
    @initialize(who=which, camera_id=cameras, live=st.booleans())
    def somebody_watches(self, who: int, camera_id: str, live: bool) -> None:
        """Most of what can go wrong needs a viewer."""
        self.come(who, camera_id)
        if live:
            self.run_tasks()

    @rule(who=which, camera_id=cameras)
    def comes(self, who: int, camera_id: str) -> None:
        self.come(who, camera_id)

    @rule(who=which, camera_id=cameras)
    def comes_and_sees(self, who: int, camera_id: str) -> None:
        self.come(who, camera_id)
        self.run_tasks()

    @precondition(lambda self: self.leases)
    @rule(at=which)
    def comes_back(self, at: int) -> None:
        """Just expired: the next heartbeat asks to be let in again."""
        pk = self.lease(at)[0]
        if Reservation.objects.get(pk=pk).state == "ACTIVE":
            clock.offset += timedelta(seconds=46)
            self.alive(tasks.overdue)
            self.beat(at, paused=False, frames=None)

    @rule(who=which, camera_id=cameras, transport=st.sampled_from(Transport))
    def comes_by(self, who: int, camera_id: str, transport: Transport) -> None:
        self.come(who, camera_id, transport)

    @precondition(lambda self: self.leases)
    @rule(at=which, paused=st.booleans(), frames=st.none() | st.integers(0, 500))
    def beat(self, at: int, paused: bool, frames: int | None) -> None:
        pk, caller = self.lease(at)
        was, watched = Reservation.objects.get(pk=pk), self.watched_cameras()
        try:
            heartbeat(caller=caller, reservation_id=pk, report={"paused": paused, "frames_decoded": frames})
        except DomainError as refusal:
            self.refused(refusal, also=410)
            return
        lease = Reservation.objects.select_related("stream__agency").get(pk=pk)
        if was.stream_id != lease.stream_id or was.state != "ACTIVE":
            self.count("renewed")
            self.admitted(lease, watched)

    @precondition(lambda self: self.leases)
    @rule(at=which, layers=st.sets(st.sampled_from(list(Layer)), min_size=1), told=st.booleans())
    def wants(self, at: int, layers: set[Layer], told: bool) -> None:
        """`told`: the worker acts at once, or not before the next step."""
        pk, caller = self.lease(at)
        try:
            heartbeat(caller=caller, reservation_id=pk, report={"layers": sorted(layers)})
        except DomainError as refusal:
            self.refused(refusal, also=410)
        if told:
            self.run_tasks()

    @precondition(lambda self: self.leases)
    @rule(at=which)
    def leave(self, at: int) -> None:
        """As often as one likes."""
        pk, caller = self.lease(at)
        release(caller=caller, reservation_id=pk)
        assert Reservation.objects.get(pk=pk).state != "ACTIVE"

    @precondition(lambda self: self.leases)
    @rule(at=which, socket=SOCKETS)
    def socket_opens(self, at: int, socket: str) -> None:
        socket_opened(self.lease(at)[0], socket)

    @precondition(lambda self: self.leases)
    @rule(at=which, socket=SOCKETS)
    def socket_closes(self, at: int, socket: str) -> None:
        """The newest, an older one, one that never was, before it opened, twice."""
        socket_closed(self.lease(at)[0], socket)

    @precondition(lambda self: self.leases)
    @rule(at=which, here=st.booleans())
    def joins_room(self, at: int, here: bool) -> None:
        """Told by whoever; `here`: and is really in the room."""
        lease = Reservation.objects.select_related("camera").get(pk=self.lease(at)[0])
        if here and lease.camera.camera_id in self.outside.rooms:
            self.outside.viewers.setdefault(lease.camera.camera_id, set()).add(f"viewer_{lease.pk}")
        viewer_joined(lease.pk, lease.camera_id)

    @rule(camera_id=cameras)
    def stranger_in_room(self, camera_id: str) -> None:
        stranger = f"viewer_{uuid.UUID(int=7)}"
        self.outside.senders ^= {stranger}  # one that publishes, and one that only looks
        if camera_id in self.outside.rooms:
            self.outside.viewers.setdefault(camera_id, set()).add(stranger)
