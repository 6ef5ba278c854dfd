"""What all rules share: the cast, the leases made so far, tasks that wait, and the end of a worker."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable
from typing import Any, ClassVar

from hypothesis.stateful import RuleBasedStateMachine

from cameras.access import Caller
from cameras.models import Agency
from cctv.errors import DomainError
from streaming import tasks
from streaming.models import Reservation
from streaming.services.releasing import release
from streaming.services.reserving import reserve
from streaming.states import Quality, ReservationState, Transport
from streaming.tests.machine.outside import Crash, Outside
from streaming.tests.machine.rows import Cast, start_again

ACTIVE = ReservationState.ACTIVE
Job = tuple[str, tuple[Any, ...]]
# What admission may answer; anything else is a fault.
REFUSALS = {
    "camera_not_found", "camera_disabled", "agency_disabled", "stream_at_capacity", "viewer_limit_reached",
    "agency_limit_reached", "system_limit_reached",
}  # fmt: skip


class Base(RuleBasedStateMachine):
    # Set by the test: the same rows and the same world serve all examples.
    cast: ClassVar[Cast]
    outside: ClassVar[Outside]
    sent: ClassVar[list[Job]]
    tally: ClassVar[Counter[str]]  # what happened over all examples, to see that the rules bite
    begin: ClassVar[Callable[[], None]]

    def __init__(self) -> None:
        super().__init__()
        self.leases: list[tuple[uuid.UUID, Caller]] = []
        self.sources = 0
        self.set_back = False  # whether the clock was, in this example
        type(self).begin()
        start_again(self.cast)

    def count(self, what: str) -> None:
        self.tally[what] += 1

    def lease(self, at: int) -> tuple[uuid.UUID, Caller]:
        return self.leases[at % len(self.leases)]

    def agency(self, at: int) -> Agency:
        return Agency.objects.get(pk=self.cast.agencies[at % 2].pk)

    def active(self) -> int:
        return Reservation.objects.filter(state=ACTIVE).count()

    def watched_cameras(self) -> set[int]:
        return set(Reservation.objects.filter(state=ACTIVE).values_list("camera_id", flat=True))

    def alive(self, act: Callable[..., Any], *args: Any) -> None:
        """Until it ends, or the worker that does it."""
        try:
            act(*args)
        except Crash:
            self.count("crash")

    def run_task(self, job: Job) -> None:
        name, args = job
        self.alive(getattr(tasks, name), *args)

    def run_tasks(self) -> None:
        for _ in range(50):
            if not self.sent:
                return
            self.run_task(self.sent.pop(0))
        raise AssertionError(f"tasks make ever more tasks: {self.sent}")

    def come(self, who: int, camera_id: str, transport: Transport = Transport.AUTO) -> None:
        caller, watched = self.cast.callers[who % len(self.cast.callers)], self.watched_cameras()
        try:
            lease, _ = reserve(caller=caller, camera_id=camera_id, quality=Quality.AUTO, transport=transport)
        except DomainError as refusal:
            self.refused(refusal)
            return
        self.leases.append((lease.pk, caller))
        self.admitted(lease, watched)

    def refused(self, refusal: DomainError, also: int = 0) -> None:
        """`also`: an HTTP status that is an answer here, too."""
        assert refusal.code in REFUSALS or refusal.http_status == also, refusal.code
        self.count(refusal.code)

    def leave_all(self, camera_id: str | None = None) -> None:
        active = Reservation.objects.filter(state=ACTIVE).select_related("user", "account")
        for lease in active.filter(camera__camera_id=camera_id) if camera_id else active:
            caller = lease.user or lease.account
            assert caller is not None
            release(caller=caller, reservation_id=lease.pk)

    def admitted(self, lease: Reservation, watched: set[int]) -> None:
        """Filled in by the checks."""
