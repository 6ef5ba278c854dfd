"""A lock that another transaction keeps is an answer: 503 busy."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.db import OperationalError, connection, transaction

from accounts.models import ServiceAccount
from cameras.models import Agency, Camera
from cameras.services import camera_archive, camera_set_state, camera_update
from cctv import clock
from cctv.errors import DomainError
from quotas.locks import lock_account, lock_agency, lock_camera, lock_system, lock_user
from quotas.models import SiteLimit
from tests.cast import make_agency

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def kept_by_another(lock: str) -> Iterator[None]:
    """Another connection holds the rows that the statement locks."""
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute(lock)
        yield
    finally:
        other.rollback()
        other.close()


@transaction.atomic
def soon(act: Callable[[], object]) -> object:
    """Waits for a lock a tenth of a second, not three."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '100ms'")
    return act()


@pytest.mark.parametrize(
    "act",
    [
        lambda camera: lock_camera(camera.pk),
        lambda camera: camera_update(camera=camera, place="elsewhere"),
        lambda camera: camera_archive(camera=camera),
        lambda camera: camera_set_state(camera.pk, "ONLINE", "", clock.now()),
    ],
)
def test_a_camera_kept_by_another_is_busy(camera_a: Camera, act: Callable[[Camera], object]) -> None:
    with kept_by_another("SELECT 1 FROM cameras_camera FOR UPDATE"), pytest.raises(DomainError) as caught:
        soon(lambda: act(camera_a))
    assert (caught.value.code, caught.value.http_status, caught.value.retry_after) == ("busy", 503, 1)


ROWS: dict[str, tuple[str, Callable[[int], object]]] = {
    "camera_a": ("SELECT 1 FROM cameras_camera", lock_camera),
    "operator_a": ("SELECT 1 FROM accounts_user", lock_user),
    "agency_a": ("SELECT 1 FROM cameras_agency", lock_agency),
}


def free(lock: str) -> bool:
    """Whether another connection would get the lock at once."""
    try:
        with kept_by_another(f"{lock} NOWAIT"):
            return True
    except OperationalError:
        return False


@pytest.mark.parametrize("what", ROWS)
def test_a_lock_keeps_out_other_changes_but_no_rows_that_point_at_it(request: pytest.FixtureRequest, what: str) -> None:
    """FOR NO KEY UPDATE: the lock that a foreign key takes does not wait for ours."""
    row, (rows, lock) = request.getfixturevalue(what), ROWS[what]
    with transaction.atomic():
        lock(row.pk)
        assert not free(f"{rows} FOR NO KEY UPDATE")
        assert free(f"{rows} FOR KEY SHARE")
    assert free(f"{rows} FOR NO KEY UPDATE")


def asked(lock: Callable[[], object]) -> str:
    """In a thread with a connection of its own."""
    try:
        soon(lock)
        return "got it"
    except DomainError as error:
        return error.code
    finally:
        connection.close()


def test_a_viewer_of_a_service_account_waits_for_itself_and_not_for_others(service_account: ServiceAccount) -> None:
    def another(viewer: str) -> str:
        return asked(lambda: lock_account(service_account.pk, viewer))

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            lock_account(service_account.pk, "ali")
            assert [pool.submit(another, viewer).result() for viewer in ("ali", "mona")] == ["busy", "got it"]
        assert pool.submit(another, "ali").result() == "got it"


@pytest.mark.parametrize("made_before", [True, False])
def test_the_lock_of_the_system_keeps_others_out(made_before: bool) -> None:
    """The first of all makes the row: then others wait for its insert instead."""
    if made_before:
        SiteLimit.objects.create(pk=1)

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            lock_system()
            assert pool.submit(asked, lock_system).result() == "busy"
        assert pool.submit(asked, lock_system).result() == "got it"


def test_two_that_wait_for_each_other_end_in_busy_not_in_a_fault() -> None:
    """PostgreSQL finds the deadlock after a second and ends one of the two."""
    one, two = make_agency("AAA"), make_agency("BBB")
    both_hold = threading.Barrier(2)

    def locked_badly(mine: Agency, other: Agency) -> str:
        try:
            with transaction.atomic():
                Agency.objects.select_for_update().get(pk=mine.pk)
                both_hold.wait(5)
                lock_agency(other.pk)
            return "done"
        except DomainError as error:
            return error.code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        ends = list(pool.map(locked_badly, (one, two), (two, one)))
    assert sorted(ends) == ["busy", "done"]


def test_many_that_make_the_row_of_the_system_at_once_make_one() -> None:
    def made() -> int:
        try:
            with transaction.atomic():
                return lock_system().pk
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert {made.result() for made in [pool.submit(made) for _ in range(8)]} == {1}
    assert SiteLimit.objects.count() == 1
