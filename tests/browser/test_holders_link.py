"""The player's card leads to those who hold a full agency's cameras: whoever may know them, and nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.page_site import page_site

TOLD = {"state": "refused", "code": "agency_limit_reached", "params": {"agency": "METRO", "limit": 1, "used": 1}}
KNOWN = {**TOLD, "params": {**TOLD["params"], "holders": "/api/v1/agencies/METRO/holders"}}  # type: ignore[dict-item]
HEARD = """async (detail) => {
  await import("/static/js/player/holders-link.js");
  const card = document.querySelector(".cp-words")
    ?? document.body.appendChild(Object.assign(document.createElement("div"), {className: "cp-words"}));
  card.parentElement.dispatchEvent(new CustomEvent("player-state", {detail, bubbles: true}));
  return [...document.querySelectorAll("a.cp-holders")].map((link) => link.getAttribute("href"));
}"""


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    with page_site() as url:
        made = chromium.new_page()
        made.goto(url)
        yield made
        made.close()


def links(page: Page, detail: dict[str, Any]) -> list[str]:
    found: list[str] = page.evaluate(HEARD, detail)
    return found


def test_a_refusal_that_names_the_holders_leads_to_them_once_however_often_it_comes(page: Page) -> None:
    assert links(page, KNOWN) == ["/stats?holders=METRO"]
    assert links(page, KNOWN) == ["/stats?holders=METRO"]


def test_a_refusal_that_does_not_name_them_leads_nowhere(page: Page) -> None:
    assert links(page, TOLD) == []


def test_what_comes_after_the_refusal_takes_the_link_away(page: Page) -> None:
    links(page, KNOWN)
    assert links(page, {"state": "connecting", "code": "starting", "params": {}}) == []
    assert links(page, {"state": "live"}) == []
