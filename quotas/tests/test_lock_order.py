"""Locks are taken in one order, inside a transaction, or not at all."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import ProgrammingError, transaction

from accounts.models import ServiceAccount, User
from cameras.models import Agency, Camera
from quotas.locks import (
    lock_account,
    lock_agencies,
    lock_agency,
    lock_camera,
    lock_camera_for,
    lock_system,
    lock_user,
)
from quotas.models import SiteLimit
from tests.cast import make_agency, make_camera

Step = Callable[[], object]


@pytest.fixture
def steps(camera_a: Camera, operator_a: User, service_account: ServiceAccount, agency_a: Agency) -> list[Step]:
    return [
        lambda: lock_camera(camera_a.pk),
        lambda: lock_user(operator_a.pk),
        lambda: lock_account(service_account.pk),
        lambda: lock_agency(agency_a.pk),
        lock_system,
    ]


def test_the_whole_order_is_taken_in_one_transaction(steps: list[Step]) -> None:
    with transaction.atomic():
        for step in steps:
            step()


@pytest.mark.parametrize(("first", "then"), [(a, b) for a in range(5) for b in range(a)])
def test_going_back_in_the_order_is_an_error(steps: list[Step], first: int, then: int) -> None:
    with transaction.atomic():
        steps[first]()
        with pytest.raises(ProgrammingError):
            steps[then]()


def test_what_is_held_may_be_asked_for_again(steps: list[Step]) -> None:
    with transaction.atomic():
        for step in [*steps, *steps]:
            step()


def test_the_next_transaction_starts_afresh(steps: list[Step]) -> None:
    for step in reversed(steps):
        with transaction.atomic():
            step()


@pytest.mark.django_db(transaction=True)
def test_the_next_real_transaction_starts_afresh(steps: list[Step]) -> None:
    @transaction.atomic
    def taken(step: Step) -> None:
        step()

    for step in reversed(steps):
        taken(step)


@pytest.mark.django_db(transaction=True)
def test_a_lock_rolled_back_with_its_savepoint_is_no_longer_held(steps: list[Step]) -> None:
    @transaction.atomic
    def failing() -> None:
        steps[4]()
        raise ZeroDivisionError

    with transaction.atomic():
        with pytest.raises(ZeroDivisionError):
            failing()
        steps[0]()


@pytest.mark.django_db(transaction=True)
def test_a_lock_kept_by_a_savepoint_is_held(steps: list[Step]) -> None:
    with transaction.atomic():
        with transaction.atomic():
            steps[4]()
        with pytest.raises(ProgrammingError):
            steps[0]()


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_is_an_error(steps: list[Step]) -> None:
    for step in steps:
        with pytest.raises(ProgrammingError):
            step()


def test_outside_a_transaction_is_an_error_in_a_test_case_too(steps: list[Step]) -> None:
    with pytest.raises(ProgrammingError):
        steps[0]()


def test_several_agencies_are_locked_by_their_keys(db: None) -> None:
    first, second = make_agency("AAA"), make_agency("BBB")
    with transaction.atomic():
        assert [agency.pk for agency in lock_agencies([second.pk, first.pk, second.pk])] == [first.pk, second.pk]
    with transaction.atomic():
        lock_agency(second.pk)
        with pytest.raises(ProgrammingError):
            lock_agency(first.pk)


def test_two_cameras_out_of_order_are_an_error(db: None) -> None:
    first, second = make_camera("cam-1"), make_camera("cam-2")
    with transaction.atomic():
        lock_camera(second.pk)
        with pytest.raises(ProgrammingError):
            lock_camera(first.pk)


def test_the_lock_of_the_system_makes_its_row(db: None) -> None:
    with transaction.atomic():
        assert lock_system().pk == 1
    assert SiteLimit.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_camera_locked_by_its_name_keeps_the_order(camera_a: Camera, operator_a: User, agency_a: Agency) -> None:
    with transaction.atomic():
        assert lock_camera_for(operator_a, "cam-a").pk == camera_a.pk
        lock_agency(agency_a.pk)
        lock_camera(camera_a.pk)  # held already
    with transaction.atomic():
        lock_agency(agency_a.pk)
        with pytest.raises(ProgrammingError):
            lock_camera_for(operator_a, "cam-a")
    with pytest.raises(ProgrammingError):
        lock_camera_for(operator_a, "cam-a")
