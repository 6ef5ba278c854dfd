"""The main job tried on one camera: two viewers, one pusher, and nothing left when they are gone.

Its leases are held by the service account `check-system`, which has no API key, so that nobody can log in as it, and
count for the camera and its agency like anybody's.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError

from accounts.models import ServiceAccount
from cctv import clock, reasons
from cctv.errors import DomainError
from streaming.diagnosis import smoke_world
from streaming.diagnosis.verdicts import FAIL, OK, WARN, Verdict
from streaming.media.ports import MediaError
from streaming.models import Reservation
from streaming.services.releasing import release
from streaming.services.renewing import heartbeat
from streaming.services.reserving import reserve
from streaming.states import Quality, ReservationState, StreamState, Transport

ACCOUNT = "check-system"
LIVE_SECONDS, GONE_SECONDS = 30.0, 10.0  # until LIVE; until nothing is left, after the drain
POLL = 0.2
FULL = {"agency_limit_reached", "system_limit_reached", "stream_at_capacity", "viewer_limit_reached", "busy"}
Pause = Callable[[float], None]


class Given(Exception):
    """The try ends here, with this verdict."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.seen)
        self.verdict = verdict


def smoke(camera_id: str, *, pause: Pause = time.sleep) -> Generator[Verdict, None, None]:
    """Verdicts as they come. However it ends, by Ctrl-C too, both leases are released. Raises no DomainError."""
    try_ = _Try(camera_id, pause)
    try:
        yield try_.reserved()
        yield try_.live()
        yield from try_.shared()
        yield try_.released()
        yield try_.gone()
    except Given as given:
        yield given.verdict
    except MediaError as error:
        yield Verdict(
            "try", FAIL, f"{error.code}: {reasons.text(error.code, error.params)}", "the lines above say which"
        )
    except DatabaseError as error:
        yield Verdict("try", FAIL, f"PostgreSQL: {error}", "is PostgreSQL up? see its log")
    finally:
        try_.release()


def account() -> ServiceAccount:
    """Made at its first use. Raises Given where somebody switched it off."""
    found, _ = ServiceAccount.objects.get_or_create(name=ACCOUNT, defaults={"all_agencies": True})
    if not (found.enabled and found.all_agencies):
        seen = f"the service account {ACCOUNT} is switched off, or may not see all agencies"
        raise Given(Verdict("try: reserve", FAIL, seen, "switch it on: admin → Service accounts"))
    return found


class _Try:
    def __init__(self, camera_id: str, pause: Pause) -> None:
        self._camera_id, self._pause = camera_id, pause
        self._leases: list[Reservation] = []
        self._run = uuid.uuid4().hex[:8]

    def reserved(self) -> Verdict:
        self._account = account()
        start = self._beaten = clock.now()
        for number in (1, 2):
            self._leases.append(self._reserve(f"{ACCOUNT} {self._run} {number}"))
        took = (clock.now() - start).total_seconds()
        others = smoke_world.others(self._camera_id, self._keys)
        seen = f"twice, in {took * 1000:.0f} ms; {others or 'nobody'} else watches {self._camera_id}"
        return Verdict("try: reserve", OK, seen, seconds=took)

    def _reserve(self, user_id: str) -> Reservation:
        wanted = {"quality": Quality.AUTO, "transport": Transport.AUTO}
        try:
            return reserve(caller=self._account, camera_id=self._camera_id, user_id=user_id, **wanted)[0]  # type: ignore[arg-type]
        except DomainError as refusal:
            raise Given(_refused(refusal)) from None

    def live(self) -> Verdict:
        start, trouble = clock.now(), ""
        deadline = start + timedelta(seconds=LIVE_SECONDS)
        while not (state := self._state()).playing:
            trouble = state.why if state.name == StreamState.RETRYING else trouble
            if state.ended:
                raise Given(Verdict("try: live", FAIL, f"it ended: {state.why}", self._mend))
            if clock.now() >= deadline:
                seen = f"{state.name} after {LIVE_SECONDS:g} s: {trouble or state.why}"
                raise Given(Verdict("try: live", FAIL, seen, self._mend))
            self._keep_alive()
            self._pause(POLL)
        took = (clock.now() - start).total_seconds()
        return Verdict("try: live", OK, f"LIVE after {took:.1f} s, generation {state.generation}", seconds=took)

    def shared(self) -> Iterator[Verdict]:
        """One pusher and one ingest of the stream's generation; looked at anew if it was restarted meanwhile."""
        for _ in range(3):
            before = self._state().generation
            found = list(smoke_world.shared(self._camera_id, before, self._keys))
            if self._state().generation == before:
                break
        yield from found

    def released(self) -> Verdict:
        start = clock.now()
        self.release()
        left = Reservation.objects.filter(pk__in=self._keys, state=ReservationState.ACTIVE).count()
        if left:
            raise Given(Verdict("try: release", FAIL, f"{left} leases are still ACTIVE", self._mend))
        return Verdict("try: release", OK, "both", seconds=(clock.now() - start).total_seconds())

    def gone(self) -> Verdict:
        """Unless somebody else watches: then only that our two are out of it."""
        start = clock.now()
        deadline = start + timedelta(seconds=settings.DRAIN_SECONDS + GONE_SECONDS)
        while left := smoke_world.left(self._camera_id, self._keys):
            if clock.now() >= deadline:
                return Verdict(
                    "try: gone", FAIL, f"after {_since(start):.0f} s still there: {', '.join(left)}", self._mend
                )
            self._pause(POLL)
        if others := smoke_world.others(self._camera_id, self._keys):
            seen = f"{others} others watch {self._camera_id}, so it goes on; our two are out of it"
            return Verdict("try: gone", OK, seen)
        seen = f"no pusher, ingest, room or path of it is left, {_since(start):.1f} s after the release"
        return Verdict("try: gone", OK, seen, seconds=_since(start))

    def release(self) -> None:
        """Idempotent. A lease that cannot be released now expires by itself."""
        for lease in self._leases:
            with suppress(DomainError, DatabaseError):
                release(caller=self._account, reservation_id=lease.pk)

    @property
    def _keys(self) -> list[uuid.UUID]:
        return [lease.pk for lease in self._leases]

    @property
    def _mend(self) -> str:
        return f"`trace_reservation --camera {self._camera_id} --since 5m`; docs/operate/troubleshooting.md"

    def _state(self) -> smoke_world.State:
        return smoke_world.state(self._keys[0])

    def _keep_alive(self) -> None:
        if clock.now() - self._beaten > timedelta(seconds=settings.HEARTBEAT_INTERVAL):
            self._beaten = clock.now()
            for lease in self._leases:
                try:
                    heartbeat(caller=self._account, reservation_id=lease.pk, report={})
                except DomainError as ended:
                    raise Given(_refused(ended)) from None


def _refused(refusal: DomainError) -> Verdict:
    """A full house is no fault."""
    seen = f"{refusal.code}: {reasons.text(refusal.code, refusal.params)}"
    if refusal.code in FULL:
        return Verdict("try: reserve", WARN, f"not tried: {seen}", "try again, or another camera; `stream_status`")
    return Verdict("try: reserve", FAIL, seen, "docs/operate/runbook.md, by this code")


def _since(start: datetime) -> float:
    return (clock.now() - start).total_seconds()
