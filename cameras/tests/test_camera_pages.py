"""The list of cameras and the page of one."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from cameras.models import Camera
from tests.cast import make_camera


def listed(answer: Any) -> list[str]:
    return [camera.camera_id for camera in answer.context["cameras"]]


def test_the_list_shows_the_cameras_of_the_reader(
    client: Client, operator_a: User, camera_a: Camera, camera_b: Camera
) -> None:
    client.force_login(operator_a)
    answer = client.get("/")
    assert listed(answer) == ["cam-a"]
    assert [agency.code for agency in answer.context["agencies"]] == ["METRO"]
    assert "cam-b" not in answer.content.decode()


def test_the_list_is_narrowed_and_paged(client: Client, operator_a: User, camera_a: Camera) -> None:
    client.force_login(operator_a)
    for number in range(30):
        make_camera(f"cam-{number:03}", "METRO", state="ONLINE")
    first = client.get("/", {"state": "ONLINE", "agency": "METRO", "q": "cam"})
    assert (len(listed(first)), first.context["query"]) == (24, "q=cam&agency=METRO&state=ONLINE&")
    second = client.get(f"/?{first.context['query']}page=2")
    assert len(listed(second)) == 6
    assert len(listed(client.get("/?page=99999"))) == 7


@pytest.mark.parametrize("query", ["q=%00", "state=%00", "agency=%00", "page=x", "q=%ff", "state=LATE", "page=-1"])
def test_a_strange_query_is_still_a_page(client: Client, operator_a: User, camera_a: Camera, query: str) -> None:
    client.force_login(operator_a)
    assert client.get(f"/?{query}").status_code == 200


def test_the_list_costs_the_same_however_long(
    client: Client, operator_a: User, camera_a: Camera, django_assert_max_num_queries: Any
) -> None:
    client.force_login(operator_a)
    for number in range(20):
        make_camera(f"cam-{number}", "METRO")
    with django_assert_max_num_queries(5):  # session, user, count, cameras, agencies
        client.get("/")


def test_the_page_of_a_camera_has_what_the_player_needs(client: Client, operator_a: User, camera_a: Camera) -> None:
    client.force_login(operator_a)
    answer = client.get("/cameras/cam-a")
    assert answer.context["may_watch"]
    assert not answer.context["manages"]
    assert answer.context["config"]["camera_id"] == "cam-a"
    assert "<camera-player" in answer.content.decode()


def test_an_auditor_gets_the_page_without_the_player(client: Client, auditor: User, camera_a: Camera) -> None:
    client.force_login(auditor)
    answer = client.get("/cameras/cam-a")
    assert not answer.context["may_watch"]
    assert "<camera-player" not in answer.content.decode()


@pytest.mark.parametrize("camera_id", ["cam-b", "cam-unknown", "CAM-A", "cam-a%00"])
def test_what_may_not_be_seen_is_not_found(
    client: Client, operator_a: User, camera_a: Camera, camera_b: Camera, camera_id: str
) -> None:
    client.force_login(operator_a)
    assert client.get(f"/cameras/{camera_id}").status_code == 404


@pytest.mark.parametrize("page", ["/", "/cameras/cam-a"])
def test_a_visitor_is_sent_to_the_login(client: Client, camera_a: Camera, page: str) -> None:
    assert client.get(page).headers["Location"] == f"/login?next={page}"


@pytest.mark.parametrize("page", ["/", "/cameras/cam-a"])
def test_pages_are_only_read(client: Client, operator_a: User, camera_a: Camera, page: str) -> None:
    client.force_login(operator_a)
    assert client.post(page).status_code == 405
