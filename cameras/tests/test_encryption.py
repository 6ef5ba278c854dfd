"""Secrets at rest: nothing readable in the table, and keys can be changed."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.db import connection

from cameras.fields import Sealed
from cameras.models import Camera
from tests.cast import make_camera

SECRETS = {
    "main_url": "rtsp://hidden-host/main",
    "sub_url": "rtsp://hidden-host/sub",
    "username": "hidden-user",
    "password": "hidden-pass كلمة",
}
pytestmark = pytest.mark.django_db


def raw_row(camera: Camera) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM cameras_camera WHERE id = %s", [camera.pk])
        row = cursor.fetchone()
        return dict(zip([column.name for column in cursor.description or []], row or [], strict=True))


def test_no_secret_is_readable_in_the_table() -> None:
    camera = make_camera(**SECRETS)
    row = raw_row(camera)
    assert not [name for name, value in row.items() if "hidden" in str(value)]
    camera.refresh_from_db()
    assert {name: getattr(camera, name) for name in SECRETS} == SECRETS


def test_the_same_secret_is_stored_differently_each_time() -> None:
    one, two = make_camera("cam-1", **SECRETS), make_camera("cam-2", **SECRETS)
    assert raw_row(one)["password"] != raw_row(two)["password"]


def test_what_is_not_set_stays_empty() -> None:
    assert raw_row(make_camera(password=""))["password"] == ""


def test_an_old_key_still_reads_and_the_new_one_writes(settings: Any) -> None:
    old = settings.FIELD_ENCRYPTION_KEYS
    camera = make_camera(**SECRETS)
    new = Fernet.generate_key().decode()
    settings.FIELD_ENCRYPTION_KEYS = [new, *old]
    assert Camera.objects.get().password == SECRETS["password"]
    call_command("rotate_secrets")
    settings.FIELD_ENCRYPTION_KEYS = [new]
    camera.refresh_from_db()
    assert {name: getattr(camera, name) for name in SECRETS} == SECRETS
    settings.FIELD_ENCRYPTION_KEYS = old
    assert isinstance(Camera.objects.get().password, Sealed)


def test_rotation_tells_how_many_rows_it_wrote_and_no_secret(capsys: Any) -> None:
    make_camera("cam-1", **SECRETS)
    make_camera("cam-2", main_url="")
    call_command("rotate_secrets")
    out = capsys.readouterr().out
    assert "cameras.Camera: 1" in out
    assert "hidden" not in out
