"""The work lease: at most one worker acts on a camera, and one that stopped renewing acts no more (DESIGN §3.6)."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from cctv import clock
from streaming.models import CameraWork

POLL = 0.05  # seconds between two looks at a lease that another worker holds
SEIZURES = 5  # tries to take a lease over, where others come and go


class LeaseLost(Exception):
    """Another worker acts on this camera now: stop without a further side effect."""


class WorkLease:
    def __init__(self, camera_pk: int, token: uuid.UUID, renewed_at: datetime, *, evicted: bool = False) -> None:
        self.camera_pk = camera_pk
        self.evicted = evicted  # whether another worker held it until now
        self._token = token
        self._renewed_at = renewed_at

    def check(self) -> None:
        """Before each side effect: still ours? Renewed when it is due. Raises LeaseLost."""
        now = clock.now()
        row = CameraWork.objects.filter(camera_id=self.camera_pk, token=self._token, until__gt=now)
        if timedelta(0) <= now - self._renewed_at < timedelta(seconds=settings.WORK_LEASE_RENEW_SECONDS):
            held = row.exists()
        else:
            held = row.update(until=_until(now)) == 1
            self._renewed_at = now
        if not held:
            raise LeaseLost(self.camera_pk)

    def release(self) -> None:
        CameraWork.objects.filter(camera_id=self.camera_pk, token=self._token).update(token=None, until=None)


def _until(now: datetime) -> datetime:
    return now + timedelta(seconds=settings.WORK_LEASE_SECONDS)


def over(now: datetime, prefix: str = "") -> Q:
    """Nobody holds the lease: it was given back, ran out, or says a time that the clock was set back from.

    `prefix`: the way to CameraWork, where another model is asked.
    """
    until = f"{prefix}until"
    return (
        Q(**{f"{until}__isnull": True})
        | Q(**{f"{until}__lte": now})
        | Q(**{f"{until}__gt": _until(now) + timedelta(seconds=settings.WORK_LEASE_RENEW_SECONDS)})
    )


def _acquire(camera_pk: int) -> WorkLease | None:
    CameraWork.objects.get_or_create(camera_id=camera_pk)
    token, now = uuid.uuid4(), clock.now()
    free = CameraWork.objects.filter(over(now), camera_id=camera_pk)
    return WorkLease(camera_pk, token, now) if free.update(token=token, until=_until(now)) else None


def seize(camera_pk: int) -> WorkLease:
    """Take the lease over from whoever holds it; for an operator's reset. The caller releases it.

    The worker that had it finds LeaseLost at its next check; its call that is under way ends by itself, within
    MEDIA_CALL_TIMEOUT. Raises LeaseLost where others were faster each time.
    """
    CameraWork.objects.get_or_create(camera_id=camera_pk)
    for _ in range(SEIZURES):
        held, until = CameraWork.objects.values_list("token", "until").get(camera_id=camera_pk)
        token, now = uuid.uuid4(), clock.now()
        if CameraWork.objects.filter(camera_id=camera_pk, token=held).update(token=token, until=_until(now)):
            return WorkLease(camera_pk, token, now, evicted=until is not None and until > now)
    raise LeaseLost(camera_pk)


@contextmanager
def work_lease(camera_pk: int, *, wait: float = 0.0) -> Iterator[WorkLease]:
    """Hold the camera's work lease; raises LeaseLost when it is not free within `wait` seconds."""
    deadline = time.monotonic() + wait
    while (lease := _acquire(camera_pk)) is None:
        if time.monotonic() >= deadline:
            raise LeaseLost(camera_pk)
        time.sleep(POLL)
    try:
        yield lease
    finally:
        lease.release()
