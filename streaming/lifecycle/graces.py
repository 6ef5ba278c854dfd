"""What is outside without a row is removed only after a grace: it may be somebody's who is just beginning."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import timedelta

from django.conf import settings

from cctv import clock
from streaming.models import FirstSeen
from streaming.reconcile import Kind, Thing


def past_grace(things: Iterable[Thing], listed: Collection[Kind]) -> Iterator[Thing]:
    """What was first seen without a row long enough ago; what is no longer seen is forgotten.

    Of a kind that is not in `listed` nobody knows, and its graces go on.
    """
    now = clock.now()
    keys = {thing.key: thing for thing in things}
    FirstSeen.objects.filter(at__gt=now).update(at=now)  # where the clock was set back
    seen = {(row.kind, row.name): row.at for row in FirstSeen.objects.all()}
    for kind, name in seen.keys() - keys.keys():
        if kind in listed:
            FirstSeen.objects.filter(kind=kind, name=name).delete()
    new = [FirstSeen(kind=kind, name=name, at=now) for kind, name in keys.keys() - seen.keys()]
    FirstSeen.objects.bulk_create(new, ignore_conflicts=True)
    for key, thing in keys.items():
        if key in seen and now - seen[key] >= _grace():
            yield thing


def grace_just_over() -> bool:
    """Within the last two ticks: a pass need not wait for its turn. Whoever misses that has the next one."""
    over = clock.now() - _grace()
    ticks = timedelta(seconds=2 * settings.TICK_SECONDS)
    return FirstSeen.objects.filter(at__lte=over, at__gt=over - ticks).exists()


def _grace() -> timedelta:
    return timedelta(seconds=settings.ORPHAN_GRACE_SECONDS)
