"""The page of the wall: which one it opens, and what it hands to its script."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from cameras.models import Camera
from tests.cast import make_camera
from walls.tests.walls import make_wall


def data(answer: Any) -> dict[str, Any]:
    found = re.search(r'<script id="wall-data" type="application/json">(.*?)</script>', answer.content.decode(), re.S)
    assert found
    told: dict[str, Any] = json.loads(found[1])
    return told


def test_somebody_without_walls_gets_an_empty_one(client: Client, operator_a: User) -> None:
    client.force_login(operator_a)
    told = data(client.get("/wall"))
    assert (told["wall"], told["walls"], told["max_tiles"]) == (None, [], 16)
    assert [layout["name"] for layout in told["layouts"]] == ["1", "4", "6", "9", "16", "25", "1+5"]
    assert told["agencies"] == [{"code": "METRO", "name": "Metro"}]


def test_the_wall_saved_last_is_opened(client: Client, operator_a: User, camera_a: Camera) -> None:
    client.force_login(operator_a)
    for name in ("Morning", "Evening"):
        make_wall(operator_a, "cam-a", name=name)
    told = data(client.get("/wall"))
    assert told["wall"]["name"] == "Evening"
    assert [row["name"] for row in told["walls"]] == ["Evening", "Morning"]
    assert data(client.get("/wall?new"))["wall"] is None


def test_a_wall_has_an_address(client: Client, operator_a: User, operator_b: User, camera_a: Camera) -> None:
    wall = make_wall(operator_a, "cam-a", name="<Night>")
    client.force_login(operator_a)
    answer = client.get(f"/walls/{wall.pk}")
    assert data(answer)["wall"]["name"] == "<Night>"
    assert "<Night>" not in answer.content.decode()
    client.force_login(operator_b)
    assert client.get(f"/walls/{wall.pk}").status_code == 404


@pytest.mark.parametrize("page", ["/wall", "/walls/1"])
def test_the_page_is_for_people_who_are_logged_in_and_only_read(client: Client, operator_a: User, page: str) -> None:
    assert client.get(page).headers["Location"] == f"/login?next={page}"
    client.force_login(operator_a)
    assert client.post(page).status_code == 405


def test_the_page_costs_the_same_however_many_walls_and_tiles(
    client: Client, operator_a: User, camera_a: Camera, django_assert_max_num_queries: Any
) -> None:
    client.force_login(operator_a)
    names = [make_camera(f"cam-{number}", "METRO").camera_id for number in range(16)]
    for _ in range(10):
        make_wall(operator_a, *names, layout="16")
    with django_assert_max_num_queries(9):
        client.get("/wall")


def test_every_page_leads_to_the_wall(client: Client, operator_a: User) -> None:
    client.force_login(operator_a)
    assert 'href="/wall"' in client.get("/").content.decode()
