"""Cameras in the admin: secrets are write-only, saves go through services, nothing is deleted."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from cameras.models import Camera, CameraState
from tests.cast import make_camera

SECRETS = {"main_url": "rtsp://cam/1", "username": "admin", "password": "old-pass"}
LIST = "admin:cameras_camera_changelist"


@pytest.fixture
def admin(client: Client, site_admin: User) -> Client:
    client.force_login(site_admin)
    return client


@pytest.fixture
def camera(agency_a: Any) -> Camera:
    return make_camera("cam-a", agency_a, tags=["one"], **SECRETS)


def saved(admin: Client, camera: Camera, **form: str) -> Camera:
    page = {"agency": str(camera.agency_id), "name_en": "Name", "enabled": "on", "tags": "one", **form}
    answer = admin.post(reverse("admin:cameras_camera_change", args=[camera.pk]), page)
    assert answer.status_code == 302, answer.context["errors"]
    return Camera.objects.get(pk=camera.pk)


def test_leaving_a_secret_empty_keeps_it(admin: Client, camera: Camera) -> None:
    kept = saved(admin, camera, name_en="Renamed")
    assert {name: getattr(kept, name) for name in SECRETS} == SECRETS
    assert (kept.name_en, kept.source_revision) == ("Renamed", 1)


def test_typing_a_secret_replaces_it(admin: Client, camera: Camera) -> None:
    changed = saved(admin, camera, new_password=" new pass ")
    assert (changed.password, changed.username, changed.source_revision) == (" new pass ", "admin", 2)


def test_a_box_removes_a_secret(admin: Client, camera: Camera) -> None:
    cleared = saved(admin, camera, **{"new_password-clear": "on", "new_main_url-clear": "on"})
    assert (cleared.password, cleared.main_url, cleared.username) == ("", "", "admin")


def test_credentials_in_a_url_are_moved(admin: Client, camera: Camera) -> None:
    changed = saved(admin, camera, new_main_url="rtsp://root:pw@other/2")
    assert (changed.main_url, changed.username, changed.password) == ("rtsp://other/2", "root", "pw")


def test_a_bad_url_is_an_error_of_its_field(admin: Client, camera: Camera) -> None:
    page = {"agency": str(camera.agency_id), "name_en": "x", "new_main_url": "http://cam"}
    answer = admin.post(reverse("admin:cameras_camera_change", args=[camera.pk]), page)
    assert list(answer.context["adminform"].form.errors) == ["new_main_url"]


def test_tags_are_comma_text(admin: Client, camera: Camera) -> None:
    assert saved(admin, camera, tags=" a, b ,a,,c").tags == ["a", "b", "c"]
    assert saved(admin, camera, tags="بوابة، شمال").tags == ["بوابة", "شمال"]


def test_a_new_camera_is_made_with_its_source(admin: Client, agency_a: Any) -> None:
    form = {"camera_id": "cam-new", "agency": str(agency_a.pk), "name_en": "New", "enabled": "on"}
    answer = admin.post(reverse("admin:cameras_camera_add"), {**form, "new_main_url": "rtsp://u:p@cam/1"})
    assert answer.status_code == 302, answer.context["errors"]
    camera = Camera.objects.get()
    assert (camera.main_url, camera.username, camera.enabled, camera.source_revision) == ("rtsp://cam/1", "u", True, 1)


def test_sound_is_off_until_it_is_switched_on(admin: Client, camera: Camera) -> None:
    assert not saved(admin, camera).audio
    assert saved(admin, camera, audio="on").audio


def test_what_the_machine_made_and_the_id_cannot_be_typed(admin: Client, camera: Camera) -> None:
    forged = {"camera_id": "cam-other", "state": "ONLINE", "source_revision": "99", "state_code": "x"}
    kept = saved(admin, camera, **forged)
    assert (kept.camera_id, kept.state, kept.source_revision) == ("cam-a", CameraState.UNKNOWN, 1)


@pytest.mark.parametrize(
    ("action", "wanted"), [("disable", (False, True)), ("enable", (True, True)), ("archive", (True, False))]
)
def test_actions_switch_and_archive(admin: Client, camera: Camera, action: str, wanted: tuple[bool, bool]) -> None:
    answer = admin.post(reverse(LIST), {"action": action, "_selected_action": [camera.pk]}, follow=True)
    assert "1 camera changed" in answer.content.decode()
    changed = Camera.objects.get()
    assert (changed.enabled, changed.archived_at is None) == wanted
    admin.post(reverse(LIST), {"action": "restore", "_selected_action": [camera.pk]})
    assert Camera.objects.get().archived_at is None


def test_a_camera_is_never_deleted(admin: Client, camera: Camera) -> None:
    assert admin.post(reverse("admin:cameras_camera_delete", args=[camera.pk]), {"post": "yes"}).status_code == 403
    admin.post(reverse(LIST), {"action": "delete_selected", "_selected_action": [camera.pk], "post": "yes"})
    assert Camera.objects.exists()


def test_the_list_is_searched_and_costs_the_same_however_long(
    admin: Client, camera: Camera, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        make_camera(f"cam-{number}", camera.agency)
    with django_assert_max_num_queries(14):
        assert admin.get(reverse(LIST)).status_code == 200
    found = admin.get(reverse(LIST), {"q": "cam-29", "state": "UNKNOWN", "archived_at__isempty": "1"})
    assert [row.camera_id for row in found.context["cl"].result_list] == ["cam-29"]
