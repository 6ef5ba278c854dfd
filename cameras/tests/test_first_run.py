"""From nothing to the first picture: each step is where the site stands, and only who manages may go on."""

from __future__ import annotations

import pytest
from django.test import Client

from cameras.models import Agency, Camera, CameraState
from tests.cast import make_agency, make_camera, make_site_admin, make_user

pytestmark = pytest.mark.django_db
AGENCY = {"action": "agency", "code": "METRO", "name_en": "Metro", "name_ar": "مترو"}


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(make_site_admin())
    return client


def camera(**others: str) -> dict[str, str]:
    given = {"action": "camera", "agency": str(Agency.objects.get().pk), "name_en": "Gate", "camera_id": "cam-001-gate"}
    return given | {"main_url": "rtsp://192.0.2.7/stream1"} | others


def steps(client: Client) -> list[str]:
    return list(client.get("/start").context["steps"].values())


def test_an_empty_site_leads_its_administrator_here(admin):
    assert 'href="/start"' in admin.get("/").content.decode()
    assert steps(admin) == ["now", "later", "later", "later"]


def test_an_agency_then_a_camera_then_its_picture(admin):
    assert admin.post("/start", AGENCY).status_code == 302
    assert steps(admin) == ["done", "now", "later", "later"]
    assert admin.post("/start", camera(username="viewer", password="pass-of-camera")).status_code == 302
    made = Camera.objects.get()
    assert (made.camera_id, made.username, made.password) == ("cam-001-gate", "viewer", "pass-of-camera")
    answer = admin.get("/start")
    assert answer.context["steps"]["picture"] == "now"
    assert '<camera-player camera-id="cam-001-gate"' in answer.content.decode()


def test_a_camera_that_answered_leaves_only_the_people(admin):
    make_camera(state=CameraState.ONLINE)
    assert steps(admin) == ["done", "done", "done", "now"]


def test_what_is_wrong_is_said_at_its_field_and_secrets_are_not_shown_again(admin):
    make_agency("METRO")
    answer = admin.post("/start", camera(main_url="http://secret-host/x", camera_id="CAM 1", password="pass-of-camera"))
    assert answer.status_code == 422
    assert set(answer.context["camera_form"].errors) & {"camera_id", "main_url"}
    text = answer.content.decode()
    assert "secret-host" not in text
    assert "pass-of-camera" not in text
    assert not Camera.objects.exists()


def test_a_code_that_is_taken_is_refused_in_words(admin):
    answer = admin.post("/start", AGENCY | {"code": "not a code"})
    assert (answer.status_code, "code" in answer.context["agency_form"].errors) == (422, True)


def test_an_agencys_own_administrator_adds_cameras_there_and_nowhere_else(client):
    mine, other = make_agency("METRO"), make_agency("TAXI")
    client.force_login(make_user("boss", METRO="agency_admin"))
    assert steps(client) == ["done", "now", "later", "later"]
    given = {"action": "camera", "name_en": "Gate", "main_url": "rtsp://192.0.2.7/1"}
    assert client.post("/start", given | {"agency": other.pk, "camera_id": "cam-b"}).status_code == 422
    assert client.post("/start", given | {"agency": mine.pk, "camera_id": "cam-a"}).status_code == 302
    assert client.post("/start", AGENCY | {"code": "NEW"}).status_code == 403
    assert [each.camera_id for each in Camera.objects.all()] == ["cam-a"]


def test_an_operator_is_not_let_in(client):
    make_agency("METRO")
    client.force_login(make_user("ali", METRO="operator"))
    assert client.get("/start").status_code == 403
    assert client.post("/start", AGENCY).status_code == 403
    assert 'href="/start"' not in client.get("/").content.decode()


def test_the_page_costs_the_same_however_many_cameras(admin, django_assert_max_num_queries):
    for number in range(30):
        make_camera(f"cam-{number}")
    with django_assert_max_num_queries(8):
        admin.get("/start")
