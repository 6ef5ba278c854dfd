"""Who sees a wall and who may change it; and that sharing a wall shares no camera."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import ServiceAccount, User
from cameras.models import Camera
from cameras.services import camera_archive
from tests.cast import api_client, make_user
from walls.models import Wall
from walls.tests.walls import body, make_wall, shown

URL = "/api/v1/walls"


@pytest.fixture
def shared(operator_a: User, camera_a: Camera) -> Wall:
    return make_wall(operator_a, "cam-a", agency="METRO")


def test_a_wall_is_ones_own_until_it_is_shared(operator_a: User, viewer_a: User, camera_a: Camera) -> None:
    wall = make_wall(operator_a, "cam-a")
    assert api_client(viewer_a).get(URL).json() == []
    assert api_client(viewer_a).get(f"{URL}/{wall.pk}").json()["code"] == "wall_not_found"
    answer = api_client(operator_a).put(f"{URL}/{wall.pk}", body("cam-a", agency="METRO", version=1))
    assert answer.json()["agency"] == "METRO"
    assert [row["name"] for row in api_client(viewer_a).get(URL).json()] == ["Crossroads"]


def test_a_member_sees_a_shared_wall_and_may_not_change_it(shared: Wall, viewer_a: User) -> None:
    seen = api_client(viewer_a).get(f"{URL}/{shared.pk}").json()
    assert (shown(seen)[0], seen["mine"], seen["may_change"], seen["owner"]) == ("cam-a", False, False, "operator-a")
    for answer in (
        api_client(viewer_a).put(f"{URL}/{shared.pk}", body(version=1)),
        api_client(viewer_a).delete(f"{URL}/{shared.pk}"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "wall_not_yours")


def test_an_admin_of_the_agency_changes_and_removes_it(shared: Wall, agency_admin: User) -> None:
    client = api_client(agency_admin)
    saved = client.put(f"{URL}/{shared.pk}", body(None, "cam-a", agency="METRO", version=1)).json()
    assert (shown(saved)[:2], saved["owner"]) == ([None, "cam-a"], "operator-a")
    assert client.delete(f"{URL}/{shared.pk}").status_code == 204


def test_another_agency_and_a_stranger_find_nothing(shared: Wall, operator_b: User, stranger: User) -> None:
    for nobody in (operator_b, stranger):
        assert api_client(nobody).get(URL).json() == []
        assert api_client(nobody).get(f"{URL}/{shared.pk}").status_code == 404
        assert api_client(nobody).put(f"{URL}/{shared.pk}", body(version=1)).status_code == 404


def test_a_site_admin_and_a_service_account_of_the_agency_see_what_is_shared(
    shared: Wall, site_admin: User, service_account: ServiceAccount
) -> None:
    assert api_client(site_admin).get(f"{URL}/{shared.pk}").json()["may_change"]
    assert not api_client(service_account).get(f"{URL}/{shared.pk}").json()["may_change"]


@pytest.mark.parametrize("agency", ["TAXI", "UNKNOWN"])
def test_nobody_shares_with_an_agency_in_which_he_watches_nothing(operator_a: User, camera_b: Any, agency: str) -> None:
    answer = api_client(operator_a).post(URL, body(agency=agency))
    assert (answer.status_code, answer.json()["code"]) == (403, "agency_forbidden")


def test_an_auditor_shares_nothing(auditor: User, agency_a: Any) -> None:
    assert api_client(auditor).post(URL, body(agency="METRO")).status_code == 403


@pytest.mark.parametrize("camera_id", ["cam-b", "cam-nowhere"])
def test_a_camera_that_one_may_not_see_goes_on_no_wall(operator_a: User, camera_b: Camera, camera_id: str) -> None:
    answer = api_client(operator_a).post(URL, body(camera_id))
    assert (answer.status_code, answer.json()["code"], answer.json()["camera_id"]) == (
        404, "camera_not_found", camera_id,
    )  # fmt: skip


@pytest.fixture
def of_both(camera_a: Camera, camera_b: Camera) -> Wall:
    """Of someone in two agencies, shared with one of them."""
    both = make_user("both", METRO="operator", TAXI="operator")
    return make_wall(both, "cam-a", "cam-b", agency="METRO")


def test_sharing_a_wall_shares_no_camera(of_both: Wall, viewer_a: User) -> None:
    seen = api_client(viewer_a).get(f"{URL}/{of_both.pk}")
    assert shown(seen.json()) == ["cam-a", None, None, None]
    assert [tile["hidden"] for tile in seen.json()["tiles"]] == [False, True, False, False]
    assert "cam-b" not in seen.content.decode()


def test_who_does_not_see_a_tile_does_not_empty_it_by_saving(of_both: Wall, agency_admin: User) -> None:
    tiles = [{"place": 0, "camera_id": None}, {"place": 2, "camera_id": "cam-a"}]
    change = body(agency="METRO", version=1) | {"tiles": tiles}
    assert api_client(agency_admin).put(f"{URL}/{of_both.pk}", change).status_code == 200
    assert shown(api_client(of_both.owner).get(f"{URL}/{of_both.pk}").json()) == [None, "cam-b", "cam-a", None]


def test_a_named_tile_is_emptied_whatever_was_in_it(of_both: Wall, agency_admin: User) -> None:
    change = body(None, None, agency="METRO", version=1)
    api_client(agency_admin).put(f"{URL}/{of_both.pk}", change)
    assert shown(api_client(of_both.owner).get(f"{URL}/{of_both.pk}").json()) == [None] * 4


def test_an_archived_camera_looks_like_one_that_may_not_be_seen(shared: Wall, camera_a: Camera) -> None:
    camera_archive(camera=camera_a)
    seen = api_client(shared.owner).get(f"{URL}/{shared.pk}").json()
    assert seen["tiles"][0] == {"place": 0, "camera": None, "hidden": True}
