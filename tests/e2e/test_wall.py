"""A wall of real streams: all live, quiet while nobody looks, gone when it is closed, back when the server is."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.e2e.site import Site, eventually
from tests.e2e.wall_page import WallPage

pytestmark = pytest.mark.timeout(300)  # nine streams start one after the other, where two cores make and show them all
NINE = [f"cam-{number:03d}-demo" for number in range(6, 15)]
FOUR = NINE[:4]
WITH_SUB = "cam-004-taxi-airport"
AWAY_SECONDS = 20
HELD = """
import json
from streaming.models import Reservation
rows = Reservation.objects.filter(state="ACTIVE").values_list("camera__camera_id", "pk")
print(json.dumps(sorted([camera, str(pk)] for camera, pk in rows)))
"""


def held(site: Site) -> list[list[str]]:
    """Camera and reservation of every viewer."""
    found: list[list[str]] = json.loads(site.shell(HELD).splitlines()[-1])
    return found


@pytest.fixture
def nine(operator, site) -> WallPage:
    wall = WallPage(operator())
    wall.layout("9")
    wall.take(*NINE)
    wall.wait_live(9)
    return wall


def test_nine_tiles_are_live_and_rest_while_the_page_is_hidden(nine, site):
    assert nine.flow() > 50_000
    assert site.stats()["total_viewers"] == 9
    nine.hide(True)
    eventually(lambda: nine.flow() == 0, 5, "nothing coming in any more")
    nine.hide(False)
    nine.wait_live(9, 20)
    assert nine.flow() > 50_000


def test_tiles_behind_an_enlarged_one_rest(nine):
    nine.page.keyboard.press("1")
    nine.page.keyboard.press("Enter")
    eventually(lambda: sorted(nine.states) == ["live", *["paused"] * 8], 10, "eight at rest")
    alone = nine.flow()
    nine.page.keyboard.press("Escape")
    nine.wait_live(9, 20)
    assert nine.flow() > 4 * alone > 0


def test_a_closed_wall_gives_everything_back_within_10_seconds(nine, site):
    nine.page.close(run_before_unload=False)
    site.wait_empty(10)
    assert site.world() == {"pushers": [], "ingests": [], "rooms": {}, "paths": []}


def test_a_tile_that_a_smaller_layout_leaves_out_is_released(operator, site):
    wall = WallPage(operator())
    wall.take(*FOUR)
    wall.wait_live(4)
    wall.layout("1")
    assert wall.shown == FOUR[:1]
    eventually(lambda: site.stats()["total_viewers"] == 1, 5, "three given back")
    wall.layout("4")
    assert wall.shown == FOUR
    wall.wait_live(4)


def test_a_wall_outlives_its_server(operator, site):
    wall = WallPage(operator())
    wall.take(*FOUR)
    wall.wait_live(4)
    before = held(site)
    assert [camera for camera, _ in before] == FOUR
    lost = wall.page.locator("[data-server] .banner.bad")
    with web_away(site):
        eventually(lambda: lost.is_visible(), 15, "the page saying that the server is lost")
        assert wall.flow() > 20_000
    eventually(lambda: site.stats()["total_viewers"] == 4, 30, "the server back")
    wall.wait_live(4, 30)
    eventually(lambda: not lost.is_visible(), 10, "the page saying it no more")
    assert held(site) == before
    assert site.stats()["active_streams"] == 4


@contextmanager
def web_away(site: Site) -> Iterator[None]:
    """Both web processes, for as long as an update takes."""
    site.supervisor("stop", "web", "web-2")
    try:
        yield
        time.sleep(AWAY_SECONDS)
    finally:
        site.supervisor("start", "web", "web-2")


def test_the_chosen_tile_plays_the_main_stream_and_the_others_the_sub_stream(operator, site):
    wall = WallPage(operator())
    wall.take(NINE[0], WITH_SUB)
    wall.wait_live(2)
    across = "video.videoWidth"
    eventually(lambda: wall.player(WITH_SUB, across) == 640, 15, "the sub-stream")
    wall.page.keyboard.press("2")
    eventually(lambda: wall.player(WITH_SUB, across) == 1280, 15, "the main stream")
    wall.page.keyboard.press("1")
    eventually(lambda: wall.player(WITH_SUB, across) == 640, 15, "the sub-stream again")


def test_a_picture_that_is_moved_plays_on(operator, site):
    wall = WallPage(operator())
    wall.take(NINE[0])
    wall.wait_live(1)
    count = "window.connections.length"
    before = wall.page.evaluate(count)
    wall.page.keyboard.press("1")
    wall.page.keyboard.press("Shift+ArrowRight")
    assert wall.shown == [None, NINE[0], None, None]
    at = wall.player(NINE[0], "video.currentTime")
    eventually(lambda: wall.player(NINE[0], "video.currentTime") > at + 0.5, 3, "the picture moving")
    assert (wall.states, wall.page.evaluate(count)) == (["live"], before)
