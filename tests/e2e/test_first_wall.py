"""The way of docs/operate/first-wall.md, step by step; its screenshots go to test-results/first-wall/."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.site import REPO, Site, eventually

SHOTS = REPO / "test-results" / "first-wall"
FOUR = ["Sheikh Zayed Road, Interchange 1", "Al Rigga Multi-storey, Entrance", "Demo camera 6", "Demo camera 7"]
LIVE = "camera-player[state=live]"


class Steps:
    """Numbers the screenshots as the document numbers its steps."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._count = folder, 0
        folder.mkdir(parents=True, exist_ok=True)

    def keep(self, page: Page, name: str) -> None:
        self._count += 1
        page.screenshot(path=self._folder / f"{self._count}-{name}.png")


def wait_live(page: Page) -> None:
    eventually(lambda: page.locator(LIVE).count() == 4, 60, "four live tiles")


@pytest.fixture
def page(chromium: Browser, site: Site) -> Iterator[Page]:
    """Of somebody who has no wall yet, and is not logged in."""
    site.shell("from walls.models import Wall; Wall.objects.all().delete()")
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, base_url=site.url)
    yield context.new_page()
    context.close()


def test_somebody_new_gets_from_login_to_a_saved_wall_of_four(page: Page, site: Site):
    steps = Steps(SHOTS)
    page.goto("/login")
    steps.keep(page, "login")
    page.fill("[name=username]", site.username)
    page.fill("[name=password]", site.password)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/")
    steps.keep(page, "cameras")
    page.get_by_role("link", name="Wall", exact=True).click()
    page.wait_for_selector("[data-found] [data-camera]")
    steps.keep(page, "empty-wall")
    for name in FOUR:
        page.get_by_role("option", name=name).click()
    wait_live(page)
    steps.keep(page, "four-cameras")
    page.get_by_label("Name of the wall").fill("Morning shift")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("status").get_by_text("Saved", exact=True).wait_for()
    steps.keep(page, "saved")
    page.goto("/")
    page.get_by_role("link", name="Wall", exact=True).click()
    wait_live(page)
    assert page.get_by_label("Name of the wall").input_value() == "Morning shift"
    steps.keep(page, "there-again")


def test_every_picture_of_the_document_is_made_by_this_run():
    """The names in the document are those of the files."""
    text = (REPO / "docs/operate/first-wall.md").read_text()
    names = ["login", "cameras", "empty-wall", "four-cameras", "saved", "there-again"]
    assert all(f"`{number}-{name}.png`" in text for number, name in enumerate(names, start=1))
