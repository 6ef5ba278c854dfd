"""Row locks in the one order: camera, user (or account), agency, system (DESIGN §3.3).

A lock asked for outside a transaction or out of order raises ProgrammingError, so that a deadlock in waiting is
found by any test that walks the path, not by two unlucky requests in production. The locks end with the transaction.
Each waits at most `lock_timeout` (a setting of the connection), then DomainError `busy`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import ProgrammingError, connection, transaction

from accounts.models import User
from cameras.access import Visitor, camera_locked_for
from cameras.busy import busy_when_locked
from cameras.models import Agency, Camera
from quotas.models import SiteLimit

__all__ = [
    "busy_when_locked",
    "lock_account",
    "lock_agencies",
    "lock_agency",
    "lock_agency_and_system",
    "lock_camera",
    "lock_camera_for",
    "lock_system",
    "lock_user",
]

CAMERA, USER, ACCOUNT, AGENCY, SYSTEM = range(5)


def lock_camera(pk: int, *, nowait: bool = False) -> Camera:
    """The camera as it is now, with its agency (which is not locked). `nowait`: busy at once where another holds it."""
    with _in_order(CAMERA, pk):
        rows = Camera.objects.select_for_update(no_key=True, of=("self",), nowait=nowait)
        return rows.select_related("agency").get(pk=pk)


def lock_camera_for(caller: Visitor, camera_id: str) -> Camera:
    """The same where it is only known by what a request calls it; raises what `camera_for(…, watch=True)` does."""
    _held()  # only inside a transaction
    with busy_when_locked():
        camera = camera_locked_for(caller, camera_id)
    with _in_order(CAMERA, camera.pk):  # the order can be judged only now
        return camera


def lock_user(pk: int) -> None:
    with _in_order(USER, pk):
        User.objects.select_for_update(no_key=True).values_list("pk").get(pk=pk)


def lock_account(pk: int, on_behalf_of: str = "") -> None:
    """One viewer of a service account: others of the same account do not wait for it."""
    viewer = int.from_bytes(hashlib.sha256(f"{pk}:{on_behalf_of}".encode()).digest()[:8], signed=True)
    with _in_order(ACCOUNT, viewer), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [viewer])


def lock_agency(pk: int) -> Agency:
    with _in_order(AGENCY, pk):
        return Agency.objects.select_for_update(no_key=True).get(pk=pk)


def lock_agencies(pks: Iterable[int]) -> list[Agency]:
    return [lock_agency(pk) for pk in sorted(set(pks))]


# The row of an agency is locked as soon as it is read, the system's only as part of the answer: in that order.
AGENCY_AND_SYSTEM = """
    WITH agency AS MATERIALIZED (SELECT * FROM cameras_agency WHERE id = %s FOR NO KEY UPDATE)
    SELECT agency.* FROM agency, quotas_sitelimit AS site WHERE site.id = 1 FOR NO KEY UPDATE OF site
"""


def lock_agency_and_system(pk: int) -> Agency:
    """Both by one statement: many wait for the system's, and as little as can be is done under it."""
    with _in_order(AGENCY, pk), _in_order(SYSTEM, 1):
        found = list(Agency.objects.raw(AGENCY_AND_SYSTEM, [pk]))
    if found:
        return found[0]
    agency = lock_agency(pk)
    lock_system()  # which makes the row that was missing
    return agency


def lock_system() -> SiteLimit:
    with _in_order(SYSTEM, 1):
        return _site_row() or _site_row_made()


@dataclass(frozen=True, slots=True, order=True)
class _Held:
    """A lock this transaction holds, kept among its on-commit hooks.

    Django drops those with the transaction, and with a savepoint that is rolled back: exactly as PostgreSQL drops
    the locks.
    """

    rank: int
    pk: int

    def __call__(self) -> None:
        pass


def _held() -> set[_Held]:
    """What the transaction holds. In a test case every transaction is a savepoint of the test's own: one of an
    earlier savepoint does not count, as in production it would have been committed."""
    blocks: list[Any] = connection.atomic_blocks  # the stubs know neither these nor what a hook is made of
    hooks: list[Any] = connection.run_on_commit
    own = [at for at, block in enumerate(blocks) if not block._from_testcase]
    if not own:
        raise ProgrammingError("A lock outside a transaction would be let go at once.")
    inside = set(connection.savepoint_ids[own[0] - 1 : own[0]] if own[0] else [])
    return {hook for ids, hook, _ in hooks if isinstance(hook, _Held) and inside <= ids}


@contextmanager
def _in_order(rank: int, pk: int) -> Iterator[None]:
    lock, held = _Held(rank, pk), _held()
    if lock not in held and held and lock < max(held):
        raise ProgrammingError(f"Lock {lock} was asked for after {max(held)}: the order is camera … system.")
    with busy_when_locked():
        yield
    if lock not in held:
        transaction.on_commit(lock)


def _site_row() -> SiteLimit | None:
    return SiteLimit.objects.select_for_update(no_key=True).filter(pk=1).first()


def _site_row_made() -> SiteLimit:
    """ON CONFLICT DO NOTHING: of two that find no row, one inserts it and the other waits for it, here or below."""
    SiteLimit.objects.bulk_create([SiteLimit(pk=1)], ignore_conflicts=True)
    return SiteLimit.objects.select_for_update(no_key=True).get(pk=1)
