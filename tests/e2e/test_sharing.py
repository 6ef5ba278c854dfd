"""Viewers share one stream; nobody disturbs another; the last one ends it."""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from playwright.sync_api import Error

from tests.e2e.browser import Operator, assert_advances, launch, longest_freeze, wait_live
from tests.e2e.site import eventually

CAMERA = "cam-001-sheikh-zayed"


@pytest.mark.smoke
def test_two_browsers_share_one_pusher_and_leave_without_disturbing_each_other(operator, site):
    first, second = operator(), operator()
    for one in (first, second):
        wait_live(one.watch(CAMERA))
    world = site.world()
    people = world["rooms"][CAMERA]
    viewers = {identity for identity, publishing in people if not publishing}
    assert [p[0] for p in world["pushers"]] == [CAMERA]
    assert (len(people), len(viewers)) == (3, 2)
    stats = site.stats()
    assert (stats["active_streams"], stats["total_viewers"], stats["camera_stats"][0]["joined"]) == (1, 2, 2)
    second.page.close()
    assert longest_freeze(first.page, 10) < 1.0
    eventually(lambda: site.stats()["total_viewers"] == 1, 10, "one viewer left")
    first.page.close()
    site.wait_empty(20)
    assert site.world() == {"pushers": [], "ingests": [], "rooms": {}, "paths": []}


def test_a_released_player_tears_everything_down_within_10_seconds(operator, site):
    page = operator().watch(CAMERA)
    wait_live(page)
    page.goto("/stats")
    site.wait_empty(10)
    assert site.world() == {"pushers": [], "ingests": [], "rooms": {}, "paths": []}


@pytest.mark.parametrize("order", list(itertools.permutations(range(3)))[::2])
def test_three_browsers_leave_in_any_order(operator, site, order):
    people = [operator() for _ in range(3)]
    for one in people:
        wait_live(one.watch(CAMERA))
    for leaving, index in enumerate(order, start=1):
        people[index].page.goto("/stats")
        for staying in order[leaving:]:
            assert_advances(people[staying].page)
    site.wait_empty(10)


def test_a_killed_browser_frees_its_place_within_a_minute(playwright_, site):
    browser = launch(playwright_)
    wait_live(Operator(browser, site).watch(CAMERA))
    before = site.stats()["total_viewers"]
    kill_browser(browser)
    assert before == 1
    eventually(lambda: site.stats()["total_viewers"] == 0, 60, "the place given back")


def kill_browser(browser):
    """By the browser's own debugger: it crashes without a word to anyone."""
    session = browser.new_browser_cdp_session()
    with suppress(Error):  # the answer dies with the browser
        session.send("Browser.crash")


def test_a_closed_tab_frees_its_place_within_10_seconds(operator, site):
    someone = operator()
    page = someone.watch(CAMERA, page=someone.new_page())
    wait_live(page)
    page.close(run_before_unload=False)
    eventually(lambda: site.stats()["total_viewers"] == 0, 10, "the place given back")


def test_thirty_reserves_of_one_cold_camera_make_one_pusher(site):
    with ThreadPoolExecutor(30) as pool:
        answers = list(pool.map(lambda _: site.reserve(CAMERA), range(30)))
    assert [a.status_code for a in answers] == [201] * 30
    assert len({a.json()["reservation_id"] for a in answers}) == 30
    assert sum(not a.json()["reused"] for a in answers) == 1
    site.wait_state(CAMERA, "LIVE", 15)
    assert len(site.world()["pushers"]) == 1
    for answer in answers:
        site.release(answer.json())
