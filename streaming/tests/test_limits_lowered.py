"""Every limit is changed on its page of the admin, holds for the next reserve, and ends nobody's viewing."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from quotas.models import AgencyLimit, SiteLimit
from streaming.models import Reservation
from tests.cast import api_client, make_camera, make_site_admin, make_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("memory", "sent")]
RESERVE = "/api/v1/stream/reserve"
SITE = ("cameras", "camera_webrtc", "camera_hls", "viewer_cameras")


@pytest.fixture
def office(db):
    """The site's administrator at the admin's own forms."""
    client = Client()
    client.force_login(make_site_admin())
    return client


@pytest.fixture
def operator(agency_a):
    make_camera("cam-1", agency_a)
    make_camera("cam-2", agency_a)
    return api_client(make_user("op-1", METRO="operator"))


@pytest.fixture
def second(agency_a):
    return api_client(make_user("op-2", METRO="operator"))


def agency_limit(office, agency, cameras):
    row = AgencyLimit.objects.filter(agency=agency).first()
    form = {
        "name_en": "Metro",
        "name_ar": "",
        "enabled": "on",
        "time_zone": "Asia/Dubai",
        "watermark": "off",
        "limit-TOTAL_FORMS": "1",
    }
    form |= {"limit-INITIAL_FORMS": "1", "limit-0-id": str(row.pk)} if row else {"limit-INITIAL_FORMS": "0"}
    form |= {"limit-0-agency": str(agency.pk), "limit-0-cameras": str(cameras)}
    answer = office.post(reverse("admin:cameras_agency_change", args=[agency.pk]), form)
    assert answer.status_code == 302, answer.content.decode()


def site_limit(office, **limits):
    office.get(reverse("admin:quotas_sitelimit_changelist"))
    form = dict.fromkeys(SITE, "") | {name: str(value) for name, value in limits.items()}
    answer = office.post(reverse("admin:quotas_sitelimit_change", args=[1]), form)
    assert answer.status_code == 302, answer.content.decode()


def reserved(client, camera_id, transport="auto"):
    answer = client.post(RESERVE, {"camera_id": camera_id, "transport": transport})
    assert answer.status_code == 201, answer.content
    return answer.json()["reservation_id"]


def refused(client, camera_id, transport="auto"):
    """(status, code, limit, used) of a reserve."""
    answer = client.post(RESERVE, {"camera_id": camera_id, "transport": transport})
    body = answer.json()
    return answer.status_code, body.get("code"), body.get("limit"), body.get("used")


def still_watching(client, *reservations):
    """Every lease is ACTIVE and its heartbeat welcome."""
    beats = [client.post(f"/api/v1/stream/heartbeat/{pk}", {}).status_code for pk in reservations]
    return set(beats) == {200} and Reservation.objects.filter(pk__in=reservations, state="ACTIVE").count() == len(beats)


def test_the_agencys_cameras(office, operator, second, agency_a):
    make_camera("cam-3", agency_a)
    mine = [reserved(operator, "cam-1"), reserved(operator, "cam-2")]
    agency_limit(office, agency_a, 1)
    assert refused(second, "cam-3") == (429, "agency_limit_reached", 1, 2)
    assert still_watching(operator, *mine)
    reserved(second, "cam-1")  # watched already: costs nothing
    agency_limit(office, agency_a, 3)
    reserved(second, "cam-3")


def test_the_systems_cameras(office, operator, second, agency_a):
    make_camera("cam-3", agency_a)
    mine = [reserved(operator, "cam-1"), reserved(operator, "cam-2")]
    site_limit(office, cameras=1)
    assert refused(second, "cam-3") == (429, "system_limit_reached", 1, 2)
    assert still_watching(operator, *mine)
    reserved(second, "cam-2")
    site_limit(office, cameras=3)
    reserved(second, "cam-3")


@pytest.mark.parametrize(("field", "transport"), [("camera_webrtc", "webrtc"), ("camera_hls", "hls")])
def test_the_viewers_of_a_camera(office, operator, second, field, transport):
    mine = reserved(operator, "cam-1", transport)
    site_limit(office, **{field: 1})
    assert refused(second, "cam-1", transport) == (503, "stream_at_capacity", 1, 1)
    site_limit(office, **{field: 0})
    assert still_watching(operator, mine)
    site_limit(office, **{field: 2})
    reserved(second, "cam-1", transport)


def test_the_cameras_of_a_viewer(office, operator):
    mine = [reserved(operator, "cam-1")]
    site_limit(office, viewer_cameras=1)
    assert refused(operator, "cam-2") == (429, "viewer_limit_reached", 1, 1)
    site_limit(office, viewer_cameras=0)
    assert still_watching(operator, *mine)
    site_limit(office, viewer_cameras=2)
    reserved(operator, "cam-2")


def test_a_limit_taken_back_is_the_default_at_once(office, operator, second, agency_a):
    agency_limit(office, agency_a, 0)
    site_limit(office, cameras=0)
    assert refused(operator, "cam-1")[1] == "agency_limit_reached"
    agency_limit(office, agency_a, "")
    assert refused(operator, "cam-1")[1] == "system_limit_reached"
    site_limit(office, viewer_cameras=5)
    reserved(operator, "cam-1")


def changed_at():
    moments = [AgencyLimit.objects.get().changed_at, SiteLimit.objects.get().changed_at]
    assert None not in moments
    return [moment for moment in moments if moment]


def test_each_change_keeps_its_moment(office, agency_a):
    agency_limit(office, agency_a, 4)
    site_limit(office, cameras=4)
    first = changed_at()
    agency_limit(office, agency_a, 3)
    site_limit(office, cameras=3)
    assert [before < after for before, after in zip(first, changed_at(), strict=True)] == [True, True]


def test_a_lowered_limit_still_renews_nobody_above_it(office, operator, second, later, agency_a):
    """Who let his lease lapse is a newcomer, and refused like one; who still watches is not disturbed."""
    lapsed = reserved(operator, "cam-1")
    later(30)
    kept = reserved(second, "cam-2")
    agency_limit(office, agency_a, 1)
    later(16)  # the first is past its 45 seconds
    answer = operator.post(f"/api/v1/stream/heartbeat/{lapsed}", {})
    assert (answer.status_code, answer.json()["code"]) == (429, "agency_limit_reached")
    assert still_watching(second, kept)
