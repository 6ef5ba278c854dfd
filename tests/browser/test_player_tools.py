"""The player's tools: one stop of the Tab key, names for all, quality, statistics, the picture as a file."""

from __future__ import annotations

import re
import struct

import pytest

from tests.browser.player_page import Desk, desk

__all__ = ["desk"]
FULL = ["sound", "zoom_in", "quality", "statistics", "save", "picture", "fullscreen"]
VISIBLE = """[...document.querySelectorAll(".cp-tool")].filter((each) => each.getClientRects().length && !each.disabled)
  .map((each) => /cp-(?!tool)(\\w+)/.exec(each.className)[1])"""
FOCUSED = "/cp-(?!tool)(\\w+)/.exec(document.activeElement.className)?.[1]"


def test_each_tool_has_a_name_and_they_are_one_stop_of_the_tab_key(desk: Desk) -> None:
    desk.play()
    assert desk.page.evaluate(VISIBLE) == FULL
    unnamed = (
        "[...document.querySelectorAll('camera-player button')].filter((each) => !each.ariaLabel && !each.innerText)"
    )
    assert desk.page.evaluate(f"{unnamed}.length") == 0
    stops = "[...document.querySelectorAll('.cp-tool')].filter((each) => each.tabIndex === 0).length"
    assert desk.page.evaluate(stops) == 1


@pytest.mark.parametrize("desk", ["en", "ar"], indirect=True)
def test_arrow_keys_go_from_tool_to_tool_as_they_lie_on_the_screen(desk: Desk) -> None:
    desk.play()
    rtl = desk.page.evaluate("document.dir") == "rtl"
    desk.page.focus(".cp-save")
    desk.page.keyboard.press("ArrowLeft" if rtl else "ArrowRight")
    assert desk.page.evaluate(FOCUSED) == "picture"
    desk.page.keyboard.press("Home")
    assert desk.page.evaluate(FOCUSED) == "sound"
    desk.page.keyboard.press("ArrowRight" if rtl else "ArrowLeft")
    assert desk.page.evaluate(FOCUSED) == "fullscreen"


def test_a_tile_has_only_what_a_tile_needs_and_shows_it_on_hover_or_focus(desk: Desk) -> None:
    desk.play(look="tile")
    assert desk.page.evaluate(VISIBLE) == ["sound", "save", "fullscreen"]
    opacity = "getComputedStyle(document.querySelector('.cp-tools')).opacity"
    desk.viewer.until(f"{opacity} === '1'")
    desk.page.mouse.move(1200, 880)
    desk.viewer.until(f"{opacity} === '0'")
    desk.page.focus(".cp-save")
    desk.viewer.until(f"{opacity} === '1'")


def test_quality_is_chosen_by_keyboard_and_shown(desk: Desk) -> None:
    desk.play()
    assert desk.name_of(".cp-quality") == "Quality: Auto"
    desk.page.focus(".cp-quality")
    desk.page.keyboard.press("Enter")
    assert desk.page.locator("[role=menuitemradio]").all_inner_texts() == ["Auto", "High", "Low"]
    desk.page.keyboard.press("End")
    desk.page.keyboard.press("Enter")
    desk.until("player.video.videoWidth === 160")
    assert desk.name_of(".cp-quality") == "Quality: Low"
    assert desk.page.evaluate(FOCUSED) == "quality"
    assert desk.page.is_hidden(".cp-menu")


def test_the_chosen_quality_is_the_next_players_too_unless_it_is_told_another(desk: Desk) -> None:
    desk.play()
    desk.page.click(".cp-quality")
    desk.page.click("[role=menuitemradio] >> text=Low")
    desk.play()
    assert (desk.told("video.videoWidth"), desk.name_of(".cp-quality")) == (160, "Quality: Low")
    desk.play(quality="high")
    assert (desk.told("video.videoWidth"), desk.name_of(".cp-quality")) == (640, "Quality: High")


def test_an_open_menu_closes_by_escape_and_by_leaving_it(desk: Desk) -> None:
    desk.play()
    desk.page.click(".cp-quality")
    desk.page.keyboard.press("Escape")
    assert (desk.page.is_hidden(".cp-menu"), desk.page.evaluate(FOCUSED)) == (True, "quality")
    desk.page.click(".cp-quality")
    desk.page.click(".cp-statistics")
    assert desk.page.is_hidden(".cp-menu")


def test_medium_is_offered_where_the_media_server_has_three_layers_and_shows_that_one(desk: Desk) -> None:
    desk.door.layers = ["high"]
    desk.watch()
    desk.until("player.stats.simulcast === 3")
    desk.page.click(".cp-quality")
    assert desk.page.locator("[role=menuitemradio]").all_inner_texts() == ["Auto", "High", "Medium", "Low"]
    desk.page.click("[role=menuitemradio] >> text=Medium")
    desk.until("player.video.videoWidth === 320")


def test_a_camera_of_one_stream_offers_no_quality(desk: Desk) -> None:
    desk.door.layers = ["high"]
    desk.play()
    assert not desk.page.is_visible(".cp-quality")


def test_statistics_lie_over_the_picture_until_put_away(desk: Desk) -> None:
    desk.play()
    assert desk.page.is_hidden(".cp-numbers")
    desk.page.focus(".cp-save")
    desk.page.keyboard.press("i")
    desk.until("/Frames per second\\s*\\d+/.test(player.querySelector('.cp-numbers').innerText)")
    shown = desk.page.inner_text(".cp-numbers")
    assert "640 × 360" in shown
    assert re.search(r"Layer\s+High", shown)
    assert desk.page.get_attribute(".cp-statistics", "aria-pressed") == "true"
    desk.page.click(".cp-statistics")
    assert desk.page.is_hidden(".cp-numbers")


def test_a_slider_that_has_the_focus_keeps_no_letter_from_the_player(desk: Desk) -> None:
    desk.play()
    desk.page.click(".cp-sound")
    desk.page.focus(".cp-volume")
    desk.page.keyboard.press("i")
    desk.until("!player.querySelector('.cp-numbers').hidden")


def test_numbers_that_nobody_tells_are_not_made_up(desk: Desk) -> None:
    desk.play()
    desk.until("player.stats.fps > 10")
    told = desk.told("stats")
    assert isinstance(told, dict)
    assert (told["layer"], told["width"], told["packetsLost"]) == ("high", 640, None)
    desk.page.keyboard.press("i")
    assert "Packets lost" not in desk.page.inner_text(".cp-numbers")


def test_the_picture_is_saved_as_it_is_under_the_cameras_name_and_time(desk: Desk) -> None:
    desk.play()
    desk.page.evaluate("document.querySelector('camera-player').zoomTo(3)")
    with desk.page.expect_download() as saved:
        desk.page.click(".cp-save")
    name = saved.value.suggested_filename
    assert re.fullmatch(r"cam_\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d\.png", name)
    png = saved.value.path().read_bytes()
    assert struct.unpack(">II", png[16:24]) == (640, 360)
    desk.until(f"player.querySelector('.cp-note').innerText.includes('{name}')")


def test_without_a_picture_there_is_nothing_to_save(desk: Desk) -> None:
    desk.world.publish(False)
    desk.door.play()
    desk.state("connecting")
    assert desk.page.is_disabled(".cp-save")
    saved = desk.page.evaluate("document.querySelector('camera-player').savePicture()")
    assert saved is None
    assert "no picture" in desk.page.inner_text(".cp-note")


def test_full_screen_changes_its_name_with_its_meaning(desk: Desk) -> None:
    desk.play()
    assert desk.name_of(".cp-fullscreen") == "Full screen"
    desk.page.keyboard.press("Tab")
    desk.page.focus(".cp-fullscreen")
    desk.page.keyboard.press("f")
    desk.viewer.until("document.fullscreenElement?.localName === 'camera-player'")
    desk.viewer.until("document.querySelector('.cp-fullscreen').ariaLabel === 'Leave full screen'")
    desk.page.keyboard.press("f")
    desk.viewer.until("document.fullscreenElement === null")


def test_keys_count_only_while_the_focus_is_in_the_player(desk: Desk) -> None:
    desk.play()
    desk.page.evaluate("document.activeElement.blur()")
    desk.page.keyboard.press("+")
    assert desk.told("zoom.scale") == 1
    desk.page.focus(".cp-save")
    desk.page.keyboard.press("+")
    assert desk.told("zoom.scale") == 1.5
