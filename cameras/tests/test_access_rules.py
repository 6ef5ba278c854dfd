"""Who may see, watch and manage which camera: one table for every door."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accounts.models import ServiceAccount, User
from cameras.access import (
    audited_agencies,
    camera_for,
    is_site_admin,
    managed_agencies,
    manages_agency,
    may_audit_in,
    may_publish,
    may_watch,
    visible_agencies,
    visible_cameras,
)
from cameras.models import Camera
from cctv.errors import DomainError
from tests.cast import make_account, make_camera

# Of the cameras and agencies of A and B: which are seen, watched and managed, and of which the watching is known.
RULES = [
    ("operator_a", "A", "A", "", ""),
    ("viewer_a", "A", "A", "", ""),
    ("agency_admin", "A", "A", "A", "A"),
    ("auditor", "A", "", "", "A"),
    ("operator_b", "B", "B", "", ""),
    ("stranger", "", "", "", ""),
    ("service_account", "A", "A", "", ""),
    ("site_admin", "AB", "AB", "AB", "AB"),
]


@pytest.mark.parametrize(("who", "seen", "watched", "managed", "audited"), RULES)
def test_each_of_the_cast_has_exactly_his_rights(
    request: pytest.FixtureRequest,
    camera_a: Camera,
    camera_b: Camera,
    who: str,
    seen: str,
    watched: str,
    managed: str,
    audited: str,
) -> None:
    caller = request.getfixturevalue(who)
    cameras = {"A": camera_a, "B": camera_b}
    agencies = {name: camera.agency for name, camera in cameras.items()}
    assert set(visible_cameras(caller)) == {cameras[name] for name in seen}
    assert set(visible_agencies(caller)) == {agencies[name] for name in seen}
    assert {name for name, camera in cameras.items() if may_watch(caller, camera)} == set(watched)
    assert {name for name, agency in agencies.items() if manages_agency(caller, agency)} == set(managed)
    assert set(managed_agencies(caller)) == {agencies[name] for name in managed}
    assert set(audited_agencies(caller)) == {agencies[name] for name in audited}
    assert {name for name, agency in agencies.items() if may_audit_in(caller, agency.code)} == set(audited)
    assert is_site_admin(caller) == (who == "site_admin")
    assert may_publish(caller) == (who == "site_admin")


def refusal(caller: Any, camera_id: str, *, watch: bool = False) -> tuple[Any, ...]:
    with pytest.raises(DomainError) as caught:
        camera_for(caller, camera_id, watch=watch)
    error = caught.value
    return error.code, error.http_status, error.retry_after, error.params


@pytest.mark.parametrize(
    "camera_id", ["cam-b", "cam-unknown", "cam-gone", "", "CAM-A", "cam-a ", "a" * 49, "cam\0a", "é"]
)
def test_foreign_unknown_archived_and_malformed_cameras_look_alike(
    operator_a: User, camera_b: Camera, camera_id: str
) -> None:
    make_camera("cam-gone", "METRO", archived_at=timezone.now())
    assert refusal(operator_a, camera_id) == ("camera_not_found", 404, None, {})
    assert refusal(operator_a, camera_id, watch=True) == ("camera_not_found", 404, None, {})


def test_an_auditor_is_told_that_he_may_not_watch(auditor: User, camera_a: Camera) -> None:
    assert camera_for(auditor, "cam-a") == camera_a
    assert refusal(auditor, "cam-a", watch=True) == ("watch_not_allowed", 403, None, {})


def test_who_was_switched_off_has_no_rights(
    operator_a: User, site_admin: User, service_account: ServiceAccount, camera_a: Camera
) -> None:
    operator_a.is_active = site_admin.is_active = service_account.enabled = False
    service_account.may_publish = service_account.may_manage = True
    for caller in (operator_a, site_admin, service_account, AnonymousUser()):
        assert not visible_cameras(caller).exists()
        assert not visible_agencies(caller).exists()
        assert not managed_agencies(caller).exists()
        assert not may_watch(caller, camera_a)
        assert not manages_agency(caller, camera_a.agency)
        assert not audited_agencies(caller).exists()
        assert not may_audit_in(caller, camera_a.agency.code)
        assert not may_publish(caller)
        assert not is_site_admin(caller)


def test_a_service_account_of_all_agencies_sees_everything(camera_a: Camera, camera_b: Camera) -> None:
    assert set(visible_cameras(make_account(all_agencies=True))) == {camera_a, camera_b}


def test_a_service_account_manages_and_publishes_only_where_it_is_told_so(camera_a: Camera, camera_b: Camera) -> None:
    account = make_account(agency_codes=["METRO"], may_manage=True, may_publish=True)
    assert list(managed_agencies(account)) == [camera_a.agency]
    assert manages_agency(account, camera_a.agency)
    assert not manages_agency(account, camera_b.agency)
    assert may_publish(account)


def test_a_camera_of_a_disabled_agency_is_still_seen(operator_a: User, camera_a: Camera) -> None:
    """Whether it may be watched now is admission's question, with a reason of its own."""
    camera_a.agency.enabled = False
    camera_a.agency.save()
    assert camera_for(operator_a, "cam-a", watch=True) == camera_a
