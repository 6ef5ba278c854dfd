"""The player on the running product: real numbers, a picture nobody sees is not fetched, the viewer named by policy."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.e2e.browser import PLAYER, Operator, attribute, wait_live
from tests.e2e.site import Site, eventually

CAMERA = "cam-001-sheikh-zayed"
POLICY = "from cameras.models import Agency; Agency.objects.update(watermark='{}')"


def viewers(site: Site) -> int:
    """In the camera's room, the publisher apart."""
    people: list[list[object]] = site.world()["rooms"].get(CAMERA, [])
    return sum(not publishing for _, publishing in people)


def test_statistics_tell_what_the_browser_measures(operator: Callable[..., Operator]) -> None:
    someone = operator()
    page = someone.watch(CAMERA)
    wait_live(page)
    page.keyboard.press("i")
    told = eventually(
        lambda: page.evaluate(f"{PLAYER}.stats.latencyMs && {PLAYER}.stats.bitrate && {PLAYER}.stats"), 8, "numbers"
    )
    assert told["codec"] == "H264"
    assert told["fps"] > 5
    assert 50_000 < told["bitrate"] < 20_000_000
    assert 0 < told["latencyMs"] < 1_000
    assert told["packetsLost"] is not None
    assert "H264" in page.inner_text(".cp-numbers")
    assert someone.complaints == []


def test_out_of_sight_the_viewer_leaves_the_room_and_keeps_the_lease(
    operator: Callable[..., Operator], site: Site
) -> None:
    someone = operator()
    page = someone.watch(CAMERA)
    wait_live(page)
    eventually(lambda: viewers(site) == 1, 10, "a viewer in the room")
    page.evaluate(f"void ({PLAYER}.style.marginBlockStart = '5000px')")
    eventually(lambda: attribute(page, "state") == "paused", 5, "paused")
    eventually(lambda: viewers(site) == 0, 10, "nobody in the room")
    assert site.stats()["total_viewers"] == 1
    page.evaluate(f"void ({PLAYER}.style.marginBlockStart = '0')")
    wait_live(page, 5)
    assert someone.complaints == []


@pytest.fixture
def named(site: Site) -> Iterator[None]:
    site.shell(POLICY.format("always"))
    yield
    site.shell(POLICY.format("off"))


def test_the_viewer_is_named_over_the_picture_where_the_agency_wants_it(
    operator: Callable[..., Operator], site: Site, named: None
) -> None:
    page = operator().watch(CAMERA)
    wait_live(page)
    assert page.inner_text(".cp-mark span >> nth=0").startswith(f"{site.username} · 20")
    reservation = site.reserve(CAMERA, user_id="Mona").json()
    site.release(reservation)
    assert reservation["watermark"] == "Mona"
