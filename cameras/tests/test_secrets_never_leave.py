"""URLs and credentials go in and are never shown, by no door."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from cameras.models import Camera
from tests.cast import api_client, make_agency, make_camera

SECRETS = {
    "main_url": "rtsp://s3cr3t-host/main",
    "sub_url": "rtsp://s3cr3t-host/sub",
    "username": "s3cr3t-user",
    "password": "s3cr3t-pass",
}


@pytest.fixture
def camera(agency_a: Any) -> Camera:
    return make_camera("cam-s", agency_a, **SECRETS)


def test_no_answer_of_the_api_holds_a_secret(camera: Camera, agency_admin: User) -> None:
    client = api_client(agency_admin)
    new = {
        "camera_id": "cam-new",
        "agency": "METRO",
        "name_en": "New",
        **SECRETS,
        "main_url": "rtsp://a:s3cr3t@s3cr3t/",
    }
    for answer in (
        client.get("/api/v1/cameras"),
        client.get("/api/v1/cameras/cam-s"),
        client.patch("/api/v1/cameras/cam-s", SECRETS),
        client.post("/api/v1/cameras", new),
        client.patch("/api/v1/cameras/cam-s", {"main_url": "rtsp://s3cr3t:s3cr3t@ho st/"}),
    ):
        assert "s3cr3t" not in answer.content.decode()


def test_no_page_holds_a_secret(camera: Camera, site_admin: User) -> None:
    client = Client()
    client.force_login(site_admin)
    for page in (
        reverse("camera-list"),
        reverse("camera-detail", args=["cam-s"]),
        reverse("admin:cameras_camera_changelist"),
        reverse("admin:cameras_camera_change", args=[camera.pk]),
        reverse("admin:cameras_camera_history", args=[camera.pk]),
    ):
        answer = client.get(page)
        assert answer.status_code == 200
        assert "s3cr3t" not in answer.content.decode()


def test_a_refused_form_does_not_show_what_was_just_typed(camera: Camera, site_admin: User) -> None:
    client = Client()
    client.force_login(site_admin)
    typed = {"new_main_url": "http://typed-secret", "new_password": "typed-secret", "name_en": ""}
    answer = client.post(reverse("admin:cameras_camera_change", args=[camera.pk]), typed)
    assert answer.status_code == 200
    assert "typed-secret" not in answer.content.decode()


def test_neither_text_nor_repr_of_a_camera_holds_a_secret(camera: Camera) -> None:
    assert "s3cr3t" not in f"{camera} {camera!r} {make_agency()!r}"
