"""Pages of ours in Debian's Chromium, without the stack behind them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from pytest_django import Settings

from tests.browser.livekit_worlds import WORLDS, World, made
from tests.browser.page_site import page_site
from tests.browser.viewer import Viewer
from tests.e2e.browser import launch

# A feed that is turned on and off is a real publisher's; where there is no server it is not collected.
collect_ignore = [] if "livekit-server" in WORLDS else ["test_livekit_feed.py"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser/" in item.nodeid:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="package")  # two of Playwright's loops cannot run at once; the end-to-end tests have their own
def chromium() -> Iterator[Browser]:
    with sync_playwright() as started:
        browser = launch(started)
        yield browser
        browser.close()


@pytest.fixture(params=sorted(WORLDS))
def world(request: pytest.FixtureRequest, settings: Settings, tmp_path: Path) -> Iterator[World]:
    yield from made(request.param, settings, tmp_path)


@pytest.fixture
def viewer(world: World, chromium: Browser) -> Iterator[Viewer]:
    """A page of its own, from which nothing was joined yet."""
    with page_site(replaced=world.replaced, origins=world.origins) as url:
        context = chromium.new_context(viewport={"width": 1280, "height": 900})
        page = context.new_page()
        page.goto(url)
        world.began(page)
        made_viewer = Viewer(page)
        yield made_viewer
        context.close()
        assert made_viewer.complaints == []
