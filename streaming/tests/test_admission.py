"""Who is let in: the rules of DESIGN §4, in their order."""

from __future__ import annotations

import pytest

from cctv.errors import DomainError
from quotas.models import AgencyLimit, SiteLimit
from streaming.models import Reservation, StreamRequest
from streaming.services.releasing import release
from streaming.states import Transport
from streaming.tests.steps import watch
from tests.cast import make_account, make_camera, make_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("memory", "sent")]


def refusal(*args, **more) -> DomainError:
    with pytest.raises(DomainError) as caught:
        watch(*args, **more)
    return caught.value


def test_a_foreign_camera_is_not_found_like_an_unknown_one(camera_b, operator_a):
    foreign, unknown = refusal(operator_a, "cam-b"), refusal(operator_a, "cam-nowhere")
    assert (foreign.code, foreign.http_status, foreign.params) == ("camera_not_found", 404, {})
    assert (unknown.code, unknown.http_status, unknown.params) == ("camera_not_found", 404, {})


def test_an_auditor_may_not_watch(camera_a, auditor):
    assert refusal(auditor).code == "watch_not_allowed"


@pytest.mark.parametrize(
    ("fields", "code", "status"),
    [
        ({"enabled": False}, "camera_disabled", 409),
        ({"main_url": ""}, "camera_not_configured", 404),
    ],
)
def test_a_camera_that_cannot_be_watched_says_why(agency_a, operator_a, fields, code, status):
    make_camera("cam-x", agency_a, **fields)
    error = refusal(operator_a, "cam-x")
    assert (error.code, error.http_status) == (code, status)


def test_a_disabled_agency_refuses(camera_a, operator_a):
    camera_a.agency.enabled = False
    camera_a.agency.save()
    assert refusal(operator_a).code == "agency_disabled"


def test_an_agency_at_its_limit_refuses_another_camera_but_not_another_viewer(camera_a, operator_a, viewer_a):
    AgencyLimit.objects.create(agency=camera_a.agency, cameras=1)
    make_camera("cam-a2", camera_a.agency)
    watch(operator_a)
    watch(viewer_a)
    error = refusal(viewer_a, "cam-a2")
    assert (error.code, error.http_status) == ("agency_limit_reached", 429)
    assert (error.params["limit"], error.params["used"]) == (1, 1)


def test_switching_cameras_at_the_limit_works(camera_a, operator_a):
    AgencyLimit.objects.create(agency=camera_a.agency, cameras=1)
    make_camera("cam-a2", camera_a.agency)
    lease = watch(operator_a)
    release(caller=operator_a, reservation_id=lease.pk)
    assert watch(operator_a, "cam-a2").state == "ACTIVE"


def test_the_system_limit_counts_all_agencies(camera_a, camera_b, operator_a, operator_b):
    SiteLimit.objects.update_or_create(pk=1, defaults={"cameras": 1})
    watch(operator_a)
    assert refusal(operator_b, "cam-b").code == "system_limit_reached"


def test_a_camera_at_capacity_refuses_per_transport(camera_a, operator_a, viewer_a):
    SiteLimit.objects.update_or_create(pk=1, defaults={"camera_webrtc": 1, "camera_hls": 1})
    watch(operator_a)
    assert refusal(viewer_a).code == "stream_at_capacity"
    watch(viewer_a, transport=Transport.HLS)
    assert refusal(operator_a, transport=Transport.HLS).http_status == 503


def test_one_viewer_watches_only_so_many_cameras(camera_a, operator_a):
    SiteLimit.objects.update_or_create(pk=1, defaults={"viewer_cameras": 1})
    make_camera("cam-a2", camera_a.agency)
    watch(operator_a)
    watch(operator_a)
    assert refusal(operator_a, "cam-a2").code == "viewer_limit_reached"


def test_a_service_account_is_counted_per_user_it_names(camera_a):
    SiteLimit.objects.update_or_create(pk=1, defaults={"viewer_cameras": 1})
    make_camera("cam-a2", camera_a.agency)
    account = make_account(agency_codes=["METRO"])
    watch(account, user_id="one")
    assert watch(account, "cam-a2", user_id="two").on_behalf_of == "two"
    assert refusal(account, "cam-a2", user_id="one").code == "viewer_limit_reached"


def test_a_person_reserves_only_for_himself(camera_a, operator_a):
    assert watch(operator_a, user_id=operator_a.username).user == operator_a
    assert refusal(operator_a, user_id="somebody-else").code == "user_mismatch"


def test_reserves_and_refusals_are_kept(camera_a, operator_a, auditor):
    lease = watch(operator_a)
    refusal(auditor)
    rows = list(StreamRequest.objects.order_by("pk").values_list("action", "camera_ref", "code"))
    assert rows == [("reserve", "cam-a", ""), ("refuse", "cam-a", "watch_not_allowed")]
    assert Reservation.objects.get().pk == lease.pk


def test_a_member_of_no_agency_sees_nothing(camera_a):
    assert refusal(make_user("nobody")).code == "camera_not_found"
