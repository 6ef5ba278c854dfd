"""An agency's own administrator, in the admin, meets his agency and no other."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from cameras.models import Agency, Camera, CameraGroup
from tests.cast import make_user


@pytest.fixture
def staff(client: Client, agency_admin: User) -> Client:
    User.objects.filter(pk=agency_admin.pk).update(is_staff=True)
    client.force_login(agency_admin)
    return client


def change(camera: Camera) -> str:
    return reverse("admin:cameras_camera_change", args=[camera.pk])


def test_the_list_holds_his_cameras_only(staff: Client, camera_a: Camera, camera_b: Camera) -> None:
    page = staff.get(reverse("admin:cameras_camera_changelist"))
    assert list(page.context["cl"].result_list) == [camera_a]
    assert "Taxi" not in page.content.decode()


def test_a_foreign_camera_is_not_there(staff: Client, camera_b: Camera) -> None:
    for answer in (staff.get(change(camera_b)), staff.post(change(camera_b), {"name_en": "mine"})):
        assert (answer.status_code, answer.headers["Location"]) == (302, "/admin/")
    staff.post(
        reverse("admin:cameras_camera_changelist"), {"action": "archive", "_selected_action": [str(camera_b.pk)]}
    )
    camera_b.refresh_from_db()
    assert (camera_b.name_en, camera_b.archived_at) == ("cam-b", None)


def test_his_camera_cannot_be_given_to_a_foreign_agency(staff: Client, camera_a: Camera, agency_b: Agency) -> None:
    group = CameraGroup.objects.create(agency=agency_b, name_en="foreign")
    for form in ({"agency": agency_b.pk}, {"agency": camera_a.agency_id, "group": group.pk}):
        answer = staff.post(change(camera_a), {"name_en": "x", "tags": "", **form})
        assert answer.status_code == 200
        assert answer.context["errors"]
    camera_a.refresh_from_db()
    assert camera_a.agency.code == "METRO"


def test_he_changes_and_makes_cameras_of_his_agency(staff: Client, camera_a: Camera) -> None:
    form = {"agency": camera_a.agency_id, "name_en": "Renamed", "tags": ""}
    assert staff.post(change(camera_a), form).status_code == 302
    new = staff.post(reverse("admin:cameras_camera_add"), {**form, "camera_id": "cam-new"})
    assert new.status_code == 302
    assert set(Camera.objects.values_list("camera_id", "name_en")) == {("cam-a", "Renamed"), ("cam-new", "Renamed")}


def test_choices_while_typing_are_his_agencies(staff: Client, agency_a: Agency, agency_b: Agency) -> None:
    query = {"app_label": "cameras", "model_name": "camera", "field_name": "agency", "term": ""}
    answer: Any = staff.get(reverse("admin:autocomplete"), query)
    assert [found["id"] for found in answer.json()["results"]] == [str(agency_a.pk)]


def test_he_looks_at_his_agency_and_changes_nothing_of_it(staff: Client, agency_a: Agency) -> None:
    page = reverse("admin:cameras_agency_change", args=[agency_a.pk])
    assert staff.get(page).status_code == 200
    assert staff.post(page, {"name_en": "Mine", "enabled": ""}).status_code == 403
    assert staff.get(reverse("admin:cameras_agency_add")).status_code == 403


def test_groups_are_made_without_circles(staff: Client, agency_a: Agency) -> None:
    top = CameraGroup.objects.create(agency=agency_a, name_en="top")
    below = CameraGroup.objects.create(agency=agency_a, name_en="below", parent=top)
    page = reverse("admin:cameras_cameragroup_change", args=[top.pk])
    refused = staff.post(page, {"parent": below.pk, "name_en": "top"})
    assert "parent" in refused.context["adminform"].form.errors
    assert staff.post(page, {"parent": "", "name_en": "renamed"}).status_code == 302


@pytest.mark.parametrize("role", ["operator", "viewer", "auditor"])
def test_staff_who_manage_no_agency_find_no_cameras(client: Client, camera_a: Camera, role: str) -> None:
    user = make_user(f"staff-{role}", METRO=role)
    User.objects.filter(pk=user.pk).update(is_staff=True)
    client.force_login(user)
    assert client.get(reverse("admin:cameras_camera_changelist")).status_code == 403
    assert client.get(change(camera_a)).status_code in (302, 403)
