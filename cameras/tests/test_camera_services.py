"""Creating and changing cameras: credentials, revisions, moves, refusals."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from cameras.models import Camera, CameraGroup, CameraState
from cameras.services import camera_archive, camera_create, camera_restore, camera_set_state, camera_update
from cctv import clock
from cctv.errors import DomainError
from tests.cast import make_agency, make_camera

pytestmark = pytest.mark.django_db


def fields_refused(act: Any) -> set[str]:
    with pytest.raises(DomainError) as caught:
        act()
    assert (caught.value.code, caught.value.http_status) == ("invalid", 400)
    fields = caught.value.params["fields"]
    assert isinstance(fields, dict)
    return set(fields)


def test_credentials_in_a_url_move_to_their_own_fields() -> None:
    camera = camera_create(
        camera_id="cam-1", agency=make_agency(), name_en="One", main_url="rtsp://admin:p%40ss@cam/1", tags=[" a ", "a"]
    )
    camera.refresh_from_db()
    assert (camera.main_url, camera.username, camera.password) == ("rtsp://cam/1", "admin", "p@ss")
    assert (camera.source_revision, camera.tags, camera.state) == (1, ["a"], CameraState.UNKNOWN)


def test_a_password_given_by_itself_wins_over_one_in_the_url() -> None:
    camera = camera_update(camera=make_camera(), main_url="rtsp://a:b@cam/1", username="root", password="pw")
    assert (camera.main_url, camera.username, camera.password) == ("rtsp://cam/1", "root", "pw")


@pytest.mark.parametrize(
    "changes", [{"main_url": "rtsp://cam/2"}, {"sub_url": "rtsp://cam/s"}, {"password": "new"}, {"username": "u"}]
)
def test_a_changed_source_is_a_new_revision_of_unknown_state(changes: Any) -> None:
    camera = make_camera()
    camera_set_state(camera.pk, "ONLINE", "", clock.now())
    camera = camera_update(camera=camera, **changes)
    camera.refresh_from_db()
    assert (camera.source_revision, camera.state) == (2, CameraState.UNKNOWN)


def test_sound_switched_on_is_a_new_revision_of_the_same_known_camera() -> None:
    camera = make_camera()
    camera_set_state(camera.pk, "ONLINE", "", clock.now())
    camera = camera_update(camera=camera, audio=True)
    camera.refresh_from_db()
    assert (camera.audio, camera.source_revision, camera.state) == (True, 2, CameraState.ONLINE)
    assert camera_update(camera=camera, audio=True).source_revision == 2


def test_other_changes_keep_the_revision() -> None:
    camera = make_camera()
    same = {"main_url": camera.main_url, "password": ""}
    camera = camera_update(camera=camera, name_en="New name", enabled=False, **same)
    assert (camera.source_revision, camera.name_en, camera.enabled) == (1, "New name", False)


def test_a_sub_stream_cannot_silently_change_the_user_of_the_main_stream() -> None:
    camera = make_camera(username="admin", password="pw")
    assert fields_refused(lambda: camera_update(camera=camera, sub_url="rtsp://other:x@cam/s")) == {"sub_url"}
    assert camera_update(camera=camera, sub_url="rtsp://admin:pw@cam/s").sub_url == "rtsp://cam/s"
    both = {"main_url": "rtsp://a:b@cam/1", "sub_url": "rtsp://c:d@cam/2"}
    assert fields_refused(lambda: camera_update(camera=camera, **both)) == {"sub_url"}  # type: ignore[arg-type]


def test_moving_to_another_agency_leaves_the_group_behind() -> None:
    metro, taxi = make_agency("METRO"), make_agency("TAXI")
    group = CameraGroup.objects.create(agency=metro, name_en="Line 1")
    camera = camera_update(camera=make_camera("cam-1", metro, group=group), agency=taxi)
    camera.refresh_from_db()
    assert (camera.agency, camera.group) == (taxi, None)
    assert fields_refused(lambda: camera_update(camera=camera, group=group)) == {"group"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"main_url": "http://cam"}, "main_url"),
        ({"sub_url": "rtsp://"}, "sub_url"),
        ({"password": "a\nb"}, "password"),
        ({"username": "a\0b"}, "username"),
        ({"password": "x" * 201}, "password"),
        ({"name_en": ""}, "name_en"),
        ({"name_ar": "x" * 121}, "name_ar"),
        ({"latitude": 90.1}, "latitude"),
        ({"longitude": -181.0}, "longitude"),
        ({"latitude": float("nan")}, "latitude"),
        ({"longitude": float("inf")}, "longitude"),
        ({"tags": ["a\0b"]}, "tags"),
        ({"tags": [""]}, "tags"),
        ({"tags": [f"t{n}" for n in range(21)]}, "tags"),
    ],
)
def test_bad_values_are_refused_by_field(changes: Any, field: str) -> None:
    camera = make_camera()
    assert fields_refused(lambda: camera_update(camera=camera, **changes)) == {field}
    assert Camera.objects.get().source_revision == 1


@pytest.mark.parametrize("camera_id", ["", "-a", "a-", "CAM", "cam_1", "a" * 49, "cam 1", "cam\n", "cám"])
def test_a_camera_id_has_its_form(camera_id: str) -> None:
    metro = make_agency()
    assert fields_refused(lambda: camera_create(camera_id=camera_id, agency=metro, name_en="x")) == {"camera_id"}


def test_a_camera_id_stays_taken_when_its_camera_is_archived() -> None:
    camera_archive(camera=make_camera("cam-1"))
    metro = make_agency()
    assert fields_refused(lambda: camera_create(camera_id="cam-1", agency=metro, name_en="x")) == {"camera_id"}


def test_archiving_twice_keeps_the_first_moment_and_can_be_undone() -> None:
    camera = make_camera()
    camera_archive(camera=camera)
    first = Camera.objects.get().archived_at
    camera_archive(camera=camera)
    assert first is not None
    assert Camera.objects.get().archived_at == first
    camera_restore(camera=camera)
    assert Camera.objects.get().archived_at is None


def test_a_state_changes_once_and_old_news_are_dropped() -> None:
    pk, now = make_camera().pk, clock.now()
    assert camera_set_state(pk, "ONLINE", "", now)
    assert not camera_set_state(pk, "ONLINE", "", now + timedelta(seconds=5))
    assert Camera.objects.get().state_since == now
    assert not camera_set_state(pk, "OFFLINE", "source_unreachable", now - timedelta(seconds=1))
    assert camera_set_state(pk, "OFFLINE", "source_unreachable", now + timedelta(seconds=9))
    assert not camera_set_state(pk, "OFFLINE", "source_unauthorised", now + timedelta(seconds=10))
    camera = Camera.objects.get()
    assert (camera.state_code, camera.state_since) == ("source_unauthorised", now + timedelta(seconds=9))
