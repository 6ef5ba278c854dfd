"""The door is asked by every request: it stays cheap."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Membership
from cameras.access import camera_for, visible_cameras
from cameras.models import Camera
from tests.cast import make_camera


@pytest.mark.parametrize(
    ("who", "watch", "queries"),
    [
        ("operator_a", False, 1),
        ("operator_a", True, 2),
        ("service_account", False, 1),
        ("service_account", True, 1),
        ("site_admin", True, 1),
    ],
)
def test_a_camera_costs_one_query_and_the_right_to_watch_at_most_one_more(
    request: pytest.FixtureRequest,
    django_assert_num_queries: Any,
    camera_a: Camera,
    who: str,
    watch: bool,
    queries: int,
) -> None:
    caller = request.getfixturevalue(who)
    with django_assert_num_queries(queries):
        assert camera_for(caller, "cam-a", watch=watch).agency.code == "METRO"


def test_many_memberships_and_cameras_are_still_one_query(django_assert_num_queries: Any, stranger: Any) -> None:
    for number in range(5):
        Membership.objects.create(user=stranger, agency_code=f"AGENCY_{number}", role="viewer")
        make_camera(f"cam-{number}", f"AGENCY_{number}")
    with django_assert_num_queries(1):
        assert len({camera.agency.code for camera in visible_cameras(stranger).select_related("agency")}) == 5
