"""The numeric rules of admission, as a table."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cctv.errors import DomainError
from quotas.policy import (
    Allowed,
    Decision,
    Limits,
    Refused,
    SlotUsage,
    ViewerUsage,
    decide_slot,
    decide_viewer,
    enforce,
)

LIMITS = Limits(agency=2, system=5, camera_webrtc=3, camera_hls=1, viewer_cameras=4)


def code(decision: Decision) -> str | None:
    return decision.code if isinstance(decision, Refused) else None


@pytest.mark.parametrize(
    ("hls", "camera_viewers", "viewer_cameras", "wanted"),
    [
        (False, 0, 0, None),
        (False, 2, 3, None),
        (False, 3, 0, "stream_at_capacity"),
        (True, 0, 0, None),
        (True, 1, 0, "stream_at_capacity"),
        (False, 0, 4, "viewer_limit_reached"),
        (False, 3, 4, "stream_at_capacity"),  # the camera is asked first
        (False, 99, 0, "stream_at_capacity"),  # a limit lowered below what is in use
    ],
)
def test_a_viewer_is_let_in_below_both_limits(hls: bool, camera_viewers: int, viewer_cameras: int, wanted: str) -> None:
    assert code(decide_viewer(LIMITS, ViewerUsage(hls, camera_viewers, viewer_cameras))) == wanted


@pytest.mark.parametrize(
    ("agency", "system", "wanted"),
    [
        (0, 0, None),
        (1, 4, None),
        (2, 0, "agency_limit_reached"),
        (0, 5, "system_limit_reached"),
        (2, 5, "agency_limit_reached"),  # the agency is asked first
    ],
)
def test_a_camera_counts_below_both_limits(agency: int, system: int, wanted: str) -> None:
    assert code(decide_slot(LIMITS, SlotUsage(agency, system))) == wanted


@pytest.mark.parametrize("limit", ["agency", "system"])
def test_a_limit_of_nothing_refuses_the_first(limit: str) -> None:
    nothing = Limits(**{"agency": 1, "system": 1, "camera_webrtc": 1, "camera_hls": 1, "viewer_cameras": 1, limit: 0})
    assert code(decide_slot(nothing, SlotUsage(0, 0))) == f"{limit}_limit_reached"


def test_a_refusal_says_how_much_is_used_and_when_to_ask_again() -> None:
    with pytest.raises(DomainError) as caught:
        enforce(decide_slot(LIMITS, SlotUsage(2, 2)), agency="Metro")
    assert (caught.value.http_status, caught.value.retry_after) == (429, 10)
    assert caught.value.params == {"limit": 2, "used": 2, "agency": "Metro"}


def test_a_viewer_at_his_own_limit_is_not_told_to_wait() -> None:
    refused = decide_viewer(LIMITS, ViewerUsage(False, 0, 4))
    assert isinstance(refused, Refused)
    assert (refused.http_status, refused.retry_after) == (429, None)


@given(agency=st.integers(0, 10), system=st.integers(0, 10))
def test_a_slot_is_given_exactly_while_both_stay_within_their_limits(agency: int, system: int) -> None:
    given_ = isinstance(decide_slot(LIMITS, SlotUsage(agency, system)), Allowed)
    assert given_ == (agency + 1 <= LIMITS.agency and system + 1 <= LIMITS.system)
