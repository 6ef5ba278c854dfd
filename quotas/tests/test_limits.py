"""The limits in force: a row, else the agency's own default, else the setting."""

from __future__ import annotations

from typing import Any

import pytest

from cctv.errors import DomainError
from quotas.models import AgencyLimit, SiteLimit
from quotas.policy import Limits
from quotas.services import agency_limit_set, agency_limits, limits_for, site_limits_set, system_limit
from tests.cast import make_agency

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("code", "cameras"), [("DUBAI_POLICE", 50), ("METRO", 30), ("PARKING", 20), ("TAXI", 25), ("HARBOUR", 7)]
)
def test_an_agency_without_a_row_has_its_default(settings: Any, code: str, cameras: int) -> None:
    settings.AGENCY_CAMERA_LIMIT = 7
    assert limits_for(make_agency(code)).agency == cameras


def test_the_system_without_a_row_has_the_settings(settings: Any) -> None:
    settings.SYSTEM_CAMERA_LIMIT, settings.VIEWER_CAMERA_LIMIT = 11, 12
    settings.CAMERA_WEBRTC_LIMIT, settings.CAMERA_HLS_LIMIT = 13, 14
    assert limits_for(make_agency("METRO")) == Limits(30, 11, 13, 14, 12)


def test_a_row_wins_and_its_empty_fields_leave_the_setting_true(settings: Any) -> None:
    SiteLimit.objects.create(pk=1, camera_hls=0)
    settings.SYSTEM_CAMERA_LIMIT = 77
    limits = limits_for(make_agency("METRO"))
    assert (limits.camera_hls, limits.system, system_limit()) == (0, 77, 77)


def test_a_limit_is_set_and_taken_back() -> None:
    agency = make_agency("METRO")
    assert agency_limit_set(agency=agency, cameras=2) == 2
    assert agency_limit_set(agency=agency, cameras=3) == 3
    assert limits_for(agency).agency == 3
    assert agency_limit_set(agency=agency, cameras=None) == 30
    row = AgencyLimit.objects.get()
    assert (row.cameras, row.changed_at is not None) == (None, True)


@pytest.mark.parametrize("cameras", [-1, 2**31])
def test_a_limit_that_the_column_cannot_hold_is_refused(cameras: int) -> None:
    with pytest.raises(DomainError, match="invalid"):
        agency_limit_set(agency=make_agency("METRO"), cameras=cameras)


def test_the_limits_of_all_agencies_are_one_query(django_assert_num_queries: Any) -> None:
    agencies = [make_agency(code) for code in ("METRO", "TAXI", "PARKING")]
    agency_limit_set(agency=agencies[1], cameras=1)
    with django_assert_num_queries(1):
        assert list(agency_limits(agencies).values()) == [30, 1, 20]


def test_the_limits_of_one_agency_are_one_query(django_assert_num_queries: Any) -> None:
    agency = make_agency("METRO")
    with django_assert_num_queries(1):
        limits_for(agency)


def test_limits_of_the_system_are_set_one_by_one_and_taken_back(settings: Any) -> None:
    settings.SYSTEM_CAMERA_LIMIT = 500
    assert site_limits_set(cameras=3, camera_hls=1).changed_at is not None
    site_limits_set(camera_hls=2)
    row = SiteLimit.objects.get()
    assert (row.cameras, row.camera_hls, row.viewer_cameras) == (3, 2, None)
    site_limits_set(cameras=None)
    assert system_limit() == 500


def test_a_limit_of_the_system_that_nobody_knows_is_a_mistake_of_ours() -> None:
    with pytest.raises(TypeError, match="no such limit"):
        site_limits_set(cameras_of_mars=1)


def test_limits_of_the_system_out_of_range_are_named() -> None:
    with pytest.raises(DomainError) as refused:
        site_limits_set(cameras=-1, camera_hls=4)
    assert refused.value.params["fields"] == {"cameras": ["out_of_range"]}
