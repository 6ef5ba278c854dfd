"""The wall under an operator's hands: mouse, keyboard, saving, sharing."""

from __future__ import annotations

import pytest

from tests.e2e.site import eventually
from tests.e2e.wall_page import WallPage

A, B, C = "cam-006-demo", "cam-007-demo", "cam-008-demo"


@pytest.fixture
def someone(operator):
    return operator()


@pytest.fixture
def wall(someone) -> WallPage:
    return WallPage(someone)


def test_cameras_are_dragged_from_the_list_between_tiles_and_back(wall):
    wall.page.drag_and_drop(wall.row(A), wall.tile(3))
    wall.page.drag_and_drop(wall.row(B), wall.tile(1))
    assert wall.shown == [B, None, A, None]
    wall.page.drag_and_drop(wall.tile(3), wall.tile(1))
    assert wall.shown == [A, None, B, None]
    wall.page.drag_and_drop(wall.row(C), wall.tile(1))
    assert wall.shown == [C, None, B, None]
    wall.page.drag_and_drop(wall.tile(3), "[data-found]")
    assert wall.shown == [C, None, None, None]


def test_a_wall_is_filled_and_arranged_by_keyboard_alone(wall):
    press, keys = wall.page.keyboard.press, wall.page.keyboard.type
    press("/")
    for camera_id in (A, B):
        press("Control+a")
        keys(camera_id)
        wall.wait_found(camera_id)
        press("Enter")
    assert wall.shown == [A, B, None, None]
    press("Escape")
    assert wall.chosen == [1, 1]
    press("ArrowDown")
    press("ArrowRight")
    assert wall.chosen == [4, 4]
    press("2")
    press("Shift+ArrowDown")
    assert (wall.shown, wall.chosen) == ([A, None, None, B], [4, 4])
    press("Enter")
    assert wall.page.locator(".wall-tile:visible").count() == 1
    press("Escape")
    assert wall.page.locator(".wall-tile:visible").count() == 4
    press("Delete")
    assert wall.shown == [A, None, None, None]
    press("Enter")
    assert wall.page.evaluate("document.activeElement.type") == "search"


def test_keys_are_letters_while_somebody_writes(wall):
    wall.take(A)
    wall.page.fill("[data-wall-part=name]", "")
    wall.page.type("[data-wall-part=name]", "2 fms /")
    assert wall.page.input_value("[data-wall-part=name]") == "2 fms /"
    assert wall.chosen == [0, 0]


def test_the_arrow_to_the_left_leads_to_the_left_in_arabic_too(wall):
    wall.page.click("button[name=language][value=ar]")
    wall.page.wait_for_selector("html[dir=rtl]")
    wall.page.keyboard.press("1")
    wall.page.keyboard.press("ArrowLeft")
    assert wall.chosen == [2, 2]
    wall.page.click("button[name=language][value=en]")


def test_a_camera_is_on_a_wall_once_and_a_full_wall_says_so(wall):
    wall.take(A, B)
    wall.take(A)
    assert wall.shown == [A, B, None, None]
    assert "already in tile 1" in wall.told
    wall.layout("1")
    wall.page.keyboard.press("Escape")
    wall.take(C)
    assert "Every tile is taken" in wall.told
    wall.page.keyboard.press("1")
    wall.take(C)
    assert wall.shown == [C]


def test_a_layout_beyond_the_limit_is_refused_by_the_name_of_the_setting(wall):
    wall.layout("16")
    assert len(wall.shown) == 16
    wall.layout("25")
    assert (len(wall.shown), "MOSAIC_MAX_TILES" in wall.told, "16" in wall.told) == (16, True, True)
    assert wall.page.is_checked("input[name=layout][value='16']")


def test_tiles_beyond_a_limit_that_was_lowered_say_why(wall):
    def lowered(route):
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace('"max_tiles": 16', '"max_tiles": 2'))

    wall.page.route("**/wall?new", lowered)
    wall.page.reload()
    eventually(lambda: len(wall.found) > 2, 5, "the list")
    wall.take(A, B, C)
    assert wall.shown == [A, B, None, None]
    assert "Every tile is taken" in wall.told
    assert "MOSAIC_MAX_TILES" in wall.page.inner_text(wall.tile(3))


@pytest.mark.parametrize("layout", ["1", "4", "6", "9", "16", "1+5"])
def test_every_layout_fills_the_window_without_scrolling(wall, layout):
    wall.layout(layout)
    script = """() => ({
      across: document.documentElement.scrollWidth - innerWidth,
      down: document.documentElement.scrollHeight - innerHeight,
      boxes: [...document.querySelectorAll(".wall-tile")].map((tile) => tile.getBoundingClientRect().toJSON()),
    })"""
    seen = wall.page.evaluate(script)
    assert (seen["across"], seen["down"]) == (0, 0)
    areas = [box["width"] * box["height"] for box in seen["boxes"]]
    assert (len(areas), min(areas) > 10_000) == (6 if layout == "1+5" else int(layout), True)
    if layout == "1+5":
        assert areas[0] > 3.9 * areas[1]


def test_a_saved_wall_is_there_again(wall):
    wall.layout("1+5")
    wall.take(A, B)
    wall.page.fill("[data-wall-part=name]", "Creek")
    wall.save()
    wall.open("/wall")
    assert wall.page.input_value("[data-wall-part=name]") == "Creek"
    assert wall.shown == [A, B, None, None, None, None]
    wall.page.click("[data-tiles] .tile-remove >> nth=0")
    assert wall.told == "Not saved yet"
    wall.save()
    wall.page.reload()
    eventually(lambda: wall.shown == [None, B, None, None, None, None], 5, "the wall as it was saved")


def test_the_second_of_two_windows_is_asked_what_to_do(someone, wall):
    wall.take(A)
    wall.save()
    address = wall.page.url
    other = someone.new_page()
    other.goto(address)
    other.click(wall.row(B))
    other.click("[data-wall-part=save]")
    eventually(lambda: other.inner_text("[data-wall-part=told]") == "Saved", 5, "the other window's wall saved")
    wall.take(C)
    wall.page.click("[data-wall-part=save]")
    wall.page.wait_for_selector("[data-wall-part=mine]")
    assert "Somebody else changed this wall" in wall.told
    wall.page.click("[data-wall-part=mine]")
    eventually(lambda: wall.told == "Saved", 5, "saved over the other")
    other.reload()
    other.wait_for_selector(f"camera-player[camera-id={C}]")


def test_a_shared_wall_is_seen_by_others_who_keep_their_changes_as_a_copy(operator):
    metro = WallPage(operator(username="operator-metro"))
    metro.take("cam-002-metro-station")
    metro.page.fill("[data-wall-part=name]", "Platforms")
    metro.page.click("summary[aria-label=More]")
    metro.page.select_option("[data-wall-part=share]", "METRO")
    metro.page.keyboard.press("Escape")
    metro.save()
    auditor = WallPage(operator(username="auditor"), metro.page.url)
    assert "operator-metro" in auditor.page.inner_text("[data-wall-part=whose]")
    assert not auditor.page.is_visible("[data-wall-part=save]")
    auditor.layout("1")
    assert "Save a copy" in auditor.told
    auditor.page.click("summary[aria-label=More]")
    auditor.page.click("[data-wall-part=copy]")
    eventually(lambda: auditor.told == "Saved", 5, "the copy saved")
    assert auditor.page.input_value("[data-wall-part=name]") == "Copy of Platforms"


def test_a_wall_is_deleted_only_by_who_is_sure(wall):
    wall.take(A)
    wall.save()
    address = wall.page.url
    for answer in ("", "remove"):
        wall.page.click("summary[aria-label=More]")
        wall.page.click("[data-wall-part=remove]")
        wall.page.click(f"dialog button[value='{answer}']")
        if answer == "":
            assert wall.page.url == address
    wall.page.wait_for_url("**/wall?new")
    assert wall.page.request.get(address).status == 404


def test_nothing_on_the_page_complains(someone, wall):
    wall.take(A)
    wall.wait_live(1)
    wall.save()
    assert someone.complaints == []
