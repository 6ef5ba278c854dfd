"""Walls in the admin: who finds which, what is told of them, and that they can be taken away."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from cameras.models import Camera
from tests.cast import make_agency, make_camera, make_user
from walls.models import Wall
from walls.tests.walls import make_wall

LIST = reverse("admin:walls_wall_changelist")


def page(wall: Wall, name: str = "change") -> str:
    return reverse(f"admin:walls_wall_{name}", args=[wall.pk])


@pytest.fixture
def boss(client: Client, site_admin: User) -> Client:
    client.force_login(site_admin)
    return client


@pytest.fixture
def staff(client: Client, agency_admin: User) -> Client:
    User.objects.filter(pk=agency_admin.pk).update(is_staff=True)
    client.force_login(agency_admin)
    return client


@pytest.fixture
def shared(operator_a: User, camera_a: Camera) -> Wall:
    return make_wall(operator_a, "cam-a", None, "cam-a", agency="METRO")


def found(client: Client, **query: str) -> list[Wall]:
    return list(client.get(LIST, query).context["cl"].result_list)


def test_the_list_says_whose_a_wall_is_with_whom_it_is_shared_and_how_full(boss: Client, shared: Wall) -> None:
    text = boss.get(LIST).content.decode()
    cells = ["owner", "agency", "layout", "tile_count", "camera_count"]
    told = [text.split(f'class="field-{name}')[1].split(">", 1)[1].split("</td>")[0] for name in cells]
    assert [cell.split(">")[-1].split("<")[0] or cell for cell in told[2:]] == ["4", "4", "2"]
    assert ("operator-a" in told[0], "Metro" in told[1]) == (True, True)


def test_walls_are_found_by_name_owner_agency_and_layout(boss: Client, shared: Wall, operator_b: User) -> None:
    other = make_wall(operator_b, name="Depot", layout="9")
    assert set(found(boss)) == {shared, other}
    for query in ({"q": "depot"}, {"q": "operator-b"}, {"layout": "9"}):
        assert found(boss, **query) == [other]
    assert found(boss, q="METRO") == found(boss, agency__id__exact=str(shared.agency_id)) == [shared]


def test_an_agencys_administrator_finds_what_is_shared_with_it(staff: Client, shared: Wall, operator_a: User) -> None:
    make_agency("TAXI")
    private = make_wall(operator_a, name="Private")
    foreign = make_wall(make_user("taxi", TAXI="operator"), name="Taxi", agency="TAXI")
    assert found(staff) == [shared]
    for wall in (private, foreign):
        for name in ("change", "delete"):
            assert staff.get(page(wall, name)).status_code in {302, 403}
        staff.post(LIST, {"action": "delete_selected", "_selected_action": [str(wall.pk)], "post": "yes"})
    assert Wall.objects.count() == 3


def test_a_person_of_no_agency_finds_no_walls_at_all(client: Client, shared: Wall, operator_a: User) -> None:
    User.objects.filter(pk=operator_a.pk).update(is_staff=True)
    client.force_login(operator_a)
    assert client.get(LIST).status_code == 403
    assert client.get(page(shared)).status_code in {302, 403}


def test_a_wall_is_looked_at_and_not_changed(staff: Client, shared: Wall) -> None:
    answer = staff.get(page(shared))
    assert answer.context["absolute_url"] == reverse("wall-saved", args=[shared.pk])
    assert 'name="_save"' not in answer.content.decode()
    assert staff.post(page(shared), {"name": "Mine"}).status_code == 403
    assert staff.get(reverse("admin:walls_wall_add")).status_code == 403


def test_a_wall_of_one_person_has_no_link_that_opens_for_nobody_else(boss: Client, operator_a: User) -> None:
    assert boss.get(page(make_wall(operator_a))).context["absolute_url"] is None


def test_looking_at_a_wall_shows_no_camera_that_one_may_not_see(
    staff: Client, camera_a: Camera, camera_b: Camera
) -> None:
    both = make_user("both", METRO="operator", TAXI="operator")
    wall = make_wall(both, "cam-a", "cam-b", agency="METRO")
    for name in ("change", "delete"):
        assert "cam-b" not in staff.get(page(wall, name)).content.decode()
    tiles = staff.get(page(wall)).context["inline_admin_formsets"][0].formset.queryset
    assert [tile.camera for tile in tiles] == [camera_a]


def test_an_agencys_administrator_takes_a_wall_away(staff: Client, shared: Wall, camera_a: Camera) -> None:
    assert shared.name in staff.get(page(shared, "delete")).content.decode()
    assert staff.post(page(shared, "delete"), {"post": "yes"}).status_code == 302
    assert (Wall.objects.count(), Camera.objects.count()) == (0, 1)


def test_several_are_taken_away_at_once(boss: Client, shared: Wall, operator_b: User) -> None:
    chosen = [str(shared.pk), str(make_wall(operator_b).pk)]
    boss.post(LIST, {"action": "delete_selected", "_selected_action": chosen, "post": "yes"})
    assert not Wall.objects.exists()


def test_list_and_page_cost_the_same_however_many_walls_and_tiles(boss: Client, shared: Wall) -> None:
    few = _costs(boss, shared)
    for number in range(15):
        owner = make_user(f"owner-{number}", **{make_agency(f"A{number}").code: "operator"})
        camera = make_camera(f"cam-{number}", f"A{number}")
        make_wall(owner, *[camera.camera_id] * 9, layout="9", agency=f"A{number}")
    full = make_wall(User.objects.get(username="owner-1"), *["cam-1"] * 16, layout="16", agency="A1")
    assert _costs(boss, full) == few


def _costs(client: Client, wall: Wall) -> list[int]:
    """Queries of the second look: the first one may fill caches."""
    told = []
    for path in (LIST, page(wall), page(wall, "delete")):
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        told.append(len(asked))
    return told
