"""Digital zoom: wheel, drag, pinch, keys, the map; the picture and what covers it move together."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import FloatRect

from tests.browser.player_page import HIDE, Desk, desk

__all__ = ["desk"]
CENTRE = (8 + 320, 8 + 180)


def zoom(desk: Desk) -> dict[str, Any]:
    view = desk.told("zoom")
    assert isinstance(view, dict)
    return view


def near(view: dict[str, Any], **wanted: float) -> None:
    for name, value in wanted.items():
        assert view[name] == pytest.approx(value, abs=0.02), view


def box(desk: Desk) -> FloatRect:
    found = desk.page.locator("camera-player").bounding_box()
    assert found is not None
    return found


def test_the_wheel_zooms_where_the_pointer_is_and_back_to_the_whole(desk: Desk) -> None:
    desk.play()
    frame = box(desk)
    desk.page.mouse.move(frame["x"] + frame["width"] * 0.25, frame["y"] + frame["height"] * 0.5)
    for _ in range(5):
        desk.page.mouse.wheel(0, -120)
    desk.until("player.zoom.scale > 3")
    view = zoom(desk)
    assert view["x"] + (0.25 - 0.5) / view["scale"] == pytest.approx(0.25, abs=0.01)
    for _ in range(12):
        desk.page.mouse.wheel(0, 120)
    desk.until("player.zoom.scale === 1")


def test_a_wheel_that_has_nothing_to_zoom_out_of_scrolls_the_page(desk: Desk) -> None:
    desk.play()
    desk.page.evaluate("void (document.body.style.paddingBlockEnd = '3000px')")
    desk.page.hover("camera-player")
    desk.page.mouse.wheel(0, 100)
    desk.viewer.until("scrollY > 0")


def test_in_a_tile_the_wheel_is_the_pages_but_with_ctrl_it_zooms(desk: Desk) -> None:
    desk.play(look="tile")
    desk.page.mouse.wheel(0, -120)
    assert zoom(desk)["scale"] == 1
    desk.page.keyboard.down("Control")
    desk.page.mouse.wheel(0, -120)
    desk.page.keyboard.up("Control")
    desk.until("player.zoom.scale > 1.2")


def test_a_drag_moves_the_enlarged_picture_with_the_pointer_and_no_further_than_its_edge(desk: Desk) -> None:
    desk.play()
    desk.page.evaluate("document.querySelector('camera-player').zoomTo(2)")
    frame = box(desk)
    middle = (frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2)
    desk.page.mouse.move(*middle)
    desk.page.mouse.down()
    desk.page.mouse.move(middle[0] - frame["width"] * 0.2, middle[1], steps=4)
    near(zoom(desk), x=0.6, y=0.5)
    desk.page.mouse.move(middle[0] - frame["width"] * 0.9, middle[1] + frame["height"] * 0.9, steps=4)
    desk.page.mouse.up()
    near(zoom(desk), x=0.75, y=0.25)


def test_two_fingers_apart_zoom_in(desk: Desk) -> None:
    desk.play()
    session = desk.page.context.new_cdp_session(desk.page)
    session.send("Emulation.setTouchEmulationEnabled", {"enabled": True, "maxTouchPoints": 2})
    frame = box(desk)
    x, y = frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2

    def fingers(kind: str, apart: float) -> None:
        points = [{"x": x - apart / 2, "y": y, "id": 0}, {"x": x + apart / 2, "y": y, "id": 1}] if apart else []
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    fingers("touchStart", 80)
    for apart in (100, 130, 160, 200, 240):
        fingers("touchMove", apart)
    fingers("touchEnd", 0)
    desk.until("player.zoom.scale > 2.4 && player.zoom.scale < 3.6")
    near(zoom(desk), x=0.5, y=0.5)


def test_keys_zoom_move_and_show_the_whole(desk: Desk) -> None:
    desk.play()
    desk.page.focus(".cp-save")
    for key in ("+", "+", "Shift+ArrowRight"):
        desk.page.keyboard.press(key)
    view = zoom(desk)
    near(view, scale=2.25, x=0.5 + 0.15 / 2.25)
    desk.page.keyboard.press("-")
    near(zoom(desk), scale=1.5)
    desk.page.keyboard.press("0")
    assert zoom(desk) == {"scale": 1, "x": 0.5, "y": 0.5}


def test_the_map_is_there_while_zoomed_and_a_press_on_it_chooses_the_part(desk: Desk) -> None:
    desk.play()
    assert not desk.page.is_visible(".cp-map")
    desk.page.evaluate("document.querySelector('camera-player').zoomTo(4)")
    frame = desk.page.locator(".cp-map").bounding_box()
    assert frame is not None
    desk.page.mouse.click(frame["x"] + frame["width"] * 0.8, frame["y"] + frame["height"] * 0.3)
    near(zoom(desk), x=0.8, y=0.3)
    desk.page.focus(".cp-map")
    desk.page.keyboard.press("ArrowDown")
    near(zoom(desk), x=0.8, y=0.3 + 0.15 / 4)


def test_the_zoom_is_told_and_may_be_set(desk: Desk) -> None:
    desk.play()
    desk.page.evaluate("window.zooms = []; document.addEventListener('player-zoom', (e) => zooms.push(e.detail.scale))")
    desk.page.evaluate("document.querySelector('camera-player').zoomTo(100, -1, NaN)")
    near(zoom(desk), scale=8, x=0.0625, y=0.5)
    assert desk.page.evaluate("zooms") == [8]


def test_an_enlarged_tile_takes_the_high_layer_by_itself(desk: Desk) -> None:
    desk.play()
    desk.page.evaluate("void (document.querySelector('camera-player').style.inlineSize = '320px')")
    desk.until("player.video.videoWidth === 160")
    desk.page.evaluate("document.querySelector('camera-player').zoomTo(2)")
    desk.until("player.video.videoWidth === 640")


@pytest.mark.parametrize("desk", ["en", "ar"], indirect=True)
def test_the_frozen_picture_is_enlarged_like_the_video(desk: Desk) -> None:
    desk.play()
    desk.page.evaluate("document.querySelector('camera-player').zoomTo(2, 0.25, 0.25)")
    where = "(({ x, y, width }) => [x, y, width].map(Math.round))(player.querySelector('%s').getBoundingClientRect())"
    shown = desk.page.evaluate(f"((player) => {where % 'video'})(document.querySelector('camera-player'))")
    desk.page.evaluate(HIDE, True)
    desk.state("paused")
    frozen = desk.page.evaluate(f"((player) => {where % 'canvas'})(document.querySelector('camera-player'))")
    assert frozen == shown
    assert shown[2] == 1280
