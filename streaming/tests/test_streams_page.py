"""The staff's streams: what is open, with its pusher, its viewers and its last events; and the ways to end it."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from streaming.media import plane as plane_module
from streaming.media.ports import MediaError
from streaming.models import Reservation
from streaming.services import streams_now as service
from streaming.services.streams_now import Pushers
from streaming.tests.steps import lease_state, state, the_stream, watch
from tests.cast import make_agency, make_camera, make_user
from whip_pusher.exits import Exit

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("memory", "sent")]


@pytest.fixture(autouse=True)
def nothing_seen_before(monkeypatch):
    monkeypatch.setattr(service, "_pushers", Pushers())


@pytest.fixture
def staff(agency_admin):
    """Administers agency A, and may come into the admin."""
    agency_admin.is_staff = True
    agency_admin.save()
    return agency_admin


def page(user, path="/streams"):
    client = Client()
    client.force_login(user)
    return client.get(path)


def words(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))


def test_an_open_stream_is_there_with_its_pusher_its_viewers_and_its_last_events(
    camera_a, operator_a, viewer_a, work, staff
):
    watch(operator_a)
    watch(viewer_a)
    work()
    said = words(page(staff))
    assert "cam-a" in said
    assert "Running" in said
    (shown,) = page(staff).context["now"].streams
    assert (shown.viewers, shown.joined, shown.row.state) == (2, 0, "LIVE")
    assert [event.new for event in shown.events] == ["LIVE", "STARTING"]
    assert shown.pusher.generation == shown.row.generation
    assert not shown.stale


def test_a_pusher_that_ended_says_why_in_words(camera_a, operator_a, work, staff, memory):
    watch(operator_a)
    work()
    memory.exit("cam-a", Exit.SOURCE_UNREACHABLE)
    assert "The camera does not answer." in words(page(staff))


def test_streams_in_trouble_come_first(agency_a, operator_a, work, staff):
    watch(operator_a, make_camera("cam-1", agency_a).camera_id)
    work()
    watch(operator_a, make_camera("cam-2", agency_a).camera_id)
    assert [each.row.camera.camera_id for each in page(staff).context["now"].streams] == ["cam-2", "cam-1"]


def test_a_runner_that_does_not_answer_is_said_and_breaks_nothing(camera_a, operator_a, staff, monkeypatch):
    def silent():
        raise MediaError("runner_unreachable")

    watch(operator_a)
    monkeypatch.setattr(plane_module.plane().runner, "list", silent)
    assert "does not answer" in words(page(staff))


def test_however_many_look_the_runner_is_asked_once_in_two_seconds(camera_a, operator_a, staff, monkeypatch):
    watch(operator_a)
    asked = []

    def look():
        asked.append(1)
        return []

    monkeypatch.setattr(plane_module.plane().runner, "list", look)
    for _ in range(5):
        page(staff)
    assert len(asked) == 1


def test_the_rows_come_alone_for_the_page_that_keeps_itself_up_to_date(camera_a, operator_a, staff):
    watch(operator_a)
    rows = page(staff, "/streams?rows").content.decode()
    assert "<html" not in rows
    assert 'data-key="' in rows


def test_others_agencies_are_not_in_it(camera_b, operator_b, staff):
    watch(operator_b, "cam-b")
    assert page(staff).context["now"].streams == []


@pytest.mark.parametrize("who", ["operator_a", "auditor", "agency_admin", "stranger"])
def test_who_is_not_staff_of_an_agency_does_not_see_it(who, request, agency_a):
    assert page(request.getfixturevalue(who)).status_code == 403


def test_nobody_without_a_login(db):
    assert Client().get("/streams").status_code == 302


@pytest.mark.parametrize("how", ["stop", "reset"])
def test_a_stream_is_ended_from_its_row_and_its_leases_with_it(how, camera_a, operator_a, work, staff):
    lease = watch(operator_a)
    work()
    client = Client()
    client.force_login(staff)
    answer = client.post(f"/streams/{the_stream().pk}/{how}", follow=True)
    assert "cam-a is being" in words(answer)
    assert (state(), lease_state(lease)) == ("STOPPING", "REVOKED")
    work()
    assert "had ended already" in words(client.post(f"/streams/{the_stream().pk}/{how}", follow=True))


def test_a_foreign_stream_is_not_there_and_a_look_ends_nothing(camera_b, operator_b, operator_a, staff):
    lease = watch(operator_b, "cam-b")
    client = Client()
    client.force_login(staff)
    path = f"/streams/{the_stream('cam-b').pk}/stop"
    assert (client.post(path).status_code, client.get(path).status_code) == (404, 405)
    client.force_login(operator_a)
    assert client.post(path).status_code == 403
    assert lease_state(lease) == "ACTIVE"


def test_the_number_of_queries_does_not_grow_with_the_streams(agency_a, site_admin, django_assert_num_queries):
    def open_some(agency, count):
        for n in range(count):
            name = f"{agency.code}-{n}-{Reservation.objects.count()}".lower()
            watch(make_user(f"op-{name}", **{agency.code: "operator"}), make_camera(name, agency).camera_id)

    client = Client()
    client.force_login(site_admin)
    open_some(agency_a, 1)
    with CaptureQueriesContext(connection) as few:
        client.get("/streams")
    open_some(agency_a, 5)
    open_some(make_agency("TAXI"), 5)
    with django_assert_num_queries(len(few)):
        assert len(client.get("/streams").context["now"].streams) == 11


def test_the_admins_list_of_streams_leads_here(staff):
    assert 'href="/streams"' in page(staff, "/admin/streaming/stream/").content.decode()
