"""Walls made, read, saved and deleted by their owner."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import ServiceAccount, User
from cameras.models import Camera
from tests.cast import api_client, make_camera
from walls.models import Wall
from walls.tests.walls import body, make_wall, shown

URL = "/api/v1/walls"


def test_a_wall_is_made_and_read_again(operator_a: User, camera_a: Camera) -> None:
    made = api_client(operator_a).post(URL, body(None, "cam-a"))
    assert made.status_code == 201
    read = api_client(operator_a).get(made.headers["Location"]).json()
    assert read == made.json()
    assert shown(read) == [None, "cam-a", None, None]
    assert (read["layout"], read["agency"], read["mine"], read["may_change"], read["version"]) == (
        "4", None, True, True, 1,
    )  # fmt: skip
    assert read["tiles"][1]["camera"] == {
        "camera_id": "cam-a", "name": "cam-a", "agency": "METRO", "state": "UNKNOWN", "has_sub": False, "audio": False,
    }  # fmt: skip


def test_saving_replaces_layout_name_and_tiles(operator_a: User, camera_a: Camera) -> None:
    make_camera("cam-c", "METRO")
    wall = make_wall(operator_a, "cam-a")
    change = body("cam-c", None, "cam-a", name="Platforms", layout="1+5", version=1)
    saved = api_client(operator_a).put(f"{URL}/{wall.pk}", change).json()
    assert (saved["name"], saved["layout"], saved["version"]) == ("Platforms", "1+5", 2)
    assert shown(saved) == ["cam-c", None, "cam-a", None, None, None]


def test_the_second_of_two_who_changed_the_same_wall_is_told(operator_a: User, camera_a: Camera) -> None:
    wall = make_wall(operator_a, "cam-a")
    assert api_client(operator_a).put(f"{URL}/{wall.pk}", body(version=1)).status_code == 200
    late = api_client(operator_a).put(f"{URL}/{wall.pk}", body("cam-a", version=1))
    assert (late.status_code, late.json()["code"]) == (409, "wall_changed")
    assert shown(api_client(operator_a).get(f"{URL}/{wall.pk}").json()) == [None] * 4


def test_a_layout_beyond_the_limit_is_refused_by_the_name_of_the_setting(operator_a: User, settings: Any) -> None:
    settings.MOSAIC_MAX_TILES = 9
    wall = make_wall(operator_a, layout="9")
    for answer in (
        api_client(operator_a).post(URL, body(layout="16")),
        api_client(operator_a).put(f"{URL}/{wall.pk}", body(layout="25", version=1)),
    ):
        problem = answer.json()
        assert (answer.status_code, problem["code"]) == (422, "too_many_tiles")
        assert (problem["limit"], problem["setting"]) == (9, "MOSAIC_MAX_TILES")
        assert "9" in problem["title"]
        assert "MOSAIC_MAX_TILES" in problem["title"]


def test_sixteen_tiles_are_allowed_and_twenty_five_are_not_unless_set(operator_a: User, settings: Any) -> None:
    assert api_client(operator_a).post(URL, body(layout="16")).status_code == 201
    assert api_client(operator_a).post(URL, body(layout="25")).status_code == 422
    settings.MOSAIC_MAX_TILES = 25
    assert api_client(operator_a).post(URL, body(layout="25")).status_code == 201


@pytest.mark.parametrize(
    "change",
    [
        {"layout": "5"}, {"name": ""}, {"name": "x" * 81}, {"tiles": None},
        {"tiles": [{"place": 25, "camera_id": None}]},
        {"tiles": [{"place": 0, "camera_id": "NOT AN ID"}]}, {"tiles": [{"place": 0, "camera_id": None}] * 26},
        {"name": "a\0b"},
    ],
)  # fmt: skip
def test_nonsense_is_refused(operator_a: User, change: dict[str, Any]) -> None:
    answer = api_client(operator_a).post(URL, body() | change)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert not Wall.objects.exists()


def test_a_deleted_wall_is_gone(operator_a: User, camera_a: Camera) -> None:
    wall = make_wall(operator_a, "cam-a")
    assert api_client(operator_a).delete(f"{URL}/{wall.pk}").status_code == 204
    assert api_client(operator_a).get(URL).json() == []
    assert api_client(operator_a).delete(f"{URL}/{wall.pk}").json()["code"] == "wall_not_found"


def test_a_service_account_has_no_walls_of_its_own(service_account: ServiceAccount, agency_a: Any) -> None:
    assert api_client(service_account).post(URL, body()).status_code == 403
    assert api_client(service_account).get(URL).json() == []


def test_a_visitor_is_asked_to_log_in(db: None) -> None:
    assert api_client().get(URL).status_code == 401


def test_walls_cost_the_same_however_many_and_however_full(
    operator_a: User, camera_a: Camera, django_assert_max_num_queries: Any
) -> None:
    names = [make_camera(f"cam-{number}", "METRO").camera_id for number in range(16)]
    for _ in range(10):
        wall = make_wall(operator_a, *names, layout="16", agency="METRO")
    client = api_client(operator_a)
    with django_assert_max_num_queries(4):  # session, user, walls, agencies managed
        assert len(client.get(URL).json()) == 10
    with django_assert_max_num_queries(6):  # session, user, wall, its tiles, their cameras, agencies managed
        assert len(client.get(f"{URL}/{wall.pk}").json()["tiles"]) == 16
