"""What must hold: after every step from the rows, at each admission the limits, and in the end everything is well."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from hypothesis.stateful import invariant

from cctv import clock
from cctv.errors import DomainError
from quotas.services import limits_for
from streaming import tasks
from streaming.invariants import Breach
from streaming.lifecycle.invariants import row_breaches, world_breaches
from streaming.lifecycle.reconciling import reconcile
from streaming.models import Reservation, Stream, StreamEvent, StreamRequest
from streaming.services.renewing import heartbeat
from streaming.states import STREAM_MOVES, UNFINISHED, ReservationState, StreamState
from streaming.tests.machine.base import ACTIVE, Base

FINAL = [ReservationState.RELEASED, ReservationState.REVOKED, ReservationState.FAILED]
# Longest: a retry's backoff (30 s) behind a worker that died (10 s), twice; and a clock that was set back by 30 s.
HEALED = 120
TICK = 5  # seconds: coarser than the beat's, so that 300 examples fit into a test run


class Checks(Base):
    def __init__(self) -> None:
        super().__init__()
        self.over: set[object] = set()

    @invariant()
    def rows_agree(self) -> None:
        # Who is overdue is a matter of the next tick.
        assert [breach for breach in self.breaches() if breach.invariant != "lease_overdue"] == []

    def breaches(self) -> list[Breach]:
        """Whether a limit is older than what it was exceeded by cannot be said where the clock was set back between;
        then only `admitted` says, at the moment itself."""
        blind = {"agency_over_limit", "system_over_limit"} if self.set_back else set()
        return [breach for breach in row_breaches() if breach.invariant not in blind]

    @invariant()
    def what_ended_stays_ended(self) -> None:
        assert not Reservation.objects.filter(pk__in=self.over).exclude(state__in=FINAL).exists()
        self.over |= set(Reservation.objects.filter(state__in=FINAL).values_list("pk", flat=True))

    def admitted(self, lease: Reservation, watched: set[int]) -> None:
        """Asked at the moment of the admission: within every limit, and on a stream that is open."""
        assert Reservation.objects.get(pk=lease.pk).state == ACTIVE
        active = Reservation.objects.filter(state=ACTIVE)
        owner = lease.stream.agency
        limits = limits_for(owner)
        if lease.camera_id not in watched:
            assert active.filter(stream__agency=owner).values("camera").distinct().count() <= limits.agency
            assert active.values("camera").distinct().count() <= limits.system
        mine = active.filter(user=lease.user, account=lease.account, on_behalf_of=lease.on_behalf_of)
        assert mine.values("camera").distinct().count() <= limits.viewer_cameras
        there = active.filter(camera=lease.camera)
        assert there.filter(transport="hls").count() <= limits.camera_hls
        assert there.exclude(transport="hls").count() <= limits.camera_webrtc
        self.count("admitted")

    def teardown(self) -> None:
        self.count("examples")
        self.outside.heal()
        self.settles(stay=True)
        self.leave_all()
        self.settles(stay=False)
        assert self.outside.empty(), self.outside
        assert not Reservation.objects.filter(state=ACTIVE).exists()
        self.history_is_whole()

    def settles(self, *, stay: bool) -> None:
        """Nothing but ticks, and heartbeats of those who stay: within HEALED seconds everything agrees."""
        for second in range(TICK, HEALED, TICK):
            clock.offset += timedelta(seconds=TICK)
            tasks.pushers()
            tasks.overdue()
            self.run_tasks()
            if second % 15 == 0:
                reconcile()
                self.everybody_beats() if stay else None
            if self.is_settled():
                return
        raise AssertionError(f"not healed: {self.unsettled()}")

    def is_settled(self) -> bool:
        moving = Stream.objects.filter(state__in=UNFINISHED).exclude(state=StreamState.LIVE)
        return not moving.exists() and not world_breaches() and not self.breaches() and not self.misfed()

    def misfed(self) -> list[tuple[str, str, str]]:
        """What the pushers really feed, beside what their rows say; of one started by hand nobody knows."""
        live = Stream.objects.filter(state=StreamState.LIVE).values_list("camera__camera_id", "layers")
        return [(camera, row, there) for camera, row in live if (there := self.outside.fed.get(camera, row)) != row]

    def unsettled(self) -> object:
        streams = list(Stream.objects.filter(state__in=UNFINISHED).values("camera_id", "state", "code", "due_at"))
        return streams, row_breaches(), world_breaches(), self.misfed()

    def everybody_beats(self) -> None:
        for lease in Reservation.objects.filter(state=ACTIVE).select_related("user", "account"):
            caller = lease.user or lease.account
            assert caller is not None
            with suppress(DomainError):
                heartbeat(caller=caller, reservation_id=lease.pk, report={})

    def history_is_whole(self) -> None:
        """One event per transition, each from where the last one ended; one request per lease, and one per its end."""
        for stream in Stream.objects.all():
            at = ""
            for event in StreamEvent.objects.filter(stream=stream).order_by("pk"):
                assert event.old == at
                assert at == "" or StreamState(event.new) in STREAM_MOVES[StreamState(at)]
                at = event.new
            assert at == stream.state
        asked = StreamRequest.objects.filter(reservation__isnull=False)
        for lease in Reservation.objects.all():
            actions = list(asked.filter(reservation=lease.pk).order_by("pk").values_list("action", flat=True))
            assert actions[0] == "reserve"
            assert len(actions) >= 2
