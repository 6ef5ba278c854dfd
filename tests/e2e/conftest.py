"""One demo for all end-to-end tests, one browser process for most."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.e2e.browser import Operator, launch
from tests.e2e.site import REPO, Site, running

LIVE = ["cam-001-sheikh-zayed", "cam-002-metro-station", "cam-003-parking-deira", "cam-004-taxi-airport"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/e2e/" in item.nodeid:
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def demo() -> Iterator[Site]:
    with running(REPO / ".data" / "e2e") as site:
        yield site


@pytest.fixture
def site(demo: Site) -> Site:
    """The demo with nothing running."""
    demo.wait_empty(70)
    return demo


@pytest.fixture(scope="session")
def playwright_() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def chromium(playwright_: Playwright) -> Iterator[Browser]:
    browser = launch(playwright_)
    yield browser
    browser.close()


@pytest.fixture
def operator(chromium: Browser, site: Site) -> Iterator[Callable[..., Operator]]:
    """`operator()` logs one more in; all leave at the end."""
    made: list[Operator] = []

    def make(**who: str) -> Operator:
        made.append(Operator(chromium, site, **who))
        return made[-1]

    yield make
    for one in made:
        one.close()
