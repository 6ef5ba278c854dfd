"""Finding cameras by words, agency, state and tag."""

from __future__ import annotations

from typing import Any

import pytest

from cameras.models import Camera
from cameras.search import search
from tests.cast import make_camera

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def cameras() -> None:
    make_camera("cam-001-zayed", "METRO", name_en="Zayed Road", name_ar="شارع زايد", place="Exit 7", tags=["tunnel"])
    make_camera("cam-002-creek", "TAXI", name_en="Creek 100%", place="Bridge", tags=["river", "نهر"], state="ONLINE")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["cam-001-zayed", "cam-002-creek"]),
        ({"q": "ZAYED"}, ["cam-001-zayed"]),
        ({"q": "زايد"}, ["cam-001-zayed"]),
        ({"q": "exit zayed"}, ["cam-001-zayed"]),
        ({"q": "exit creek"}, []),
        ({"q": "100%"}, ["cam-002-creek"]),
        ({"q": "cam_001"}, []),
        ({"q": "tunn"}, ["cam-001-zayed"]),
        ({"q": "نهر"}, ["cam-002-creek"]),
        ({"q": "\0"}, ["cam-001-zayed", "cam-002-creek"]),
        ({"q": "'; DROP TABLE"}, []),
        ({"agency": "TAXI"}, ["cam-002-creek"]),
        ({"agency": "TA\0XI"}, ["cam-002-creek"]),
        ({"agency": "NONE"}, []),
        ({"state": "ONLINE"}, ["cam-002-creek"]),
        ({"state": "nonsense"}, []),
        ({"tag": "river"}, ["cam-002-creek"]),
        ({"tag": "riv"}, []),
        ({"group": 2**63 - 1}, []),
    ],
)
def test_what_is_asked_is_found(asked: dict[str, Any], found: list[str]) -> None:
    assert [camera.camera_id for camera in search(Camera.objects.all(), **asked)] == found
