"""Everything by the keyboard: each control is reached and seen to be, shortcuts are listed, and can be switched off."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.e2e.page_looks import LOOKS, Look, nothing
from tests.e2e.readers import Readers
from tests.e2e.site import REPO, Site, eventually

pytestmark = pytest.mark.usefixtures("walls")
STOPS = (REPO / "tests" / "e2e" / "page_stops.js").read_text().rstrip().rstrip(";")
# The number of what has the focus, and whether one sees that it has.
FOCUS = """() => {
  const at = document.activeElement, style = getComputedStyle(at);
  const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  return { stop: at.dataset.stop ?? null, seen: outlined || style.boxShadow !== "none" };
}"""
PLAIN = [look for look in LOOKS if look.act is nothing and look.axe]


def focus(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(FOCUS)
    return found


@pytest.mark.parametrize("look", PLAIN, ids=lambda look: look.name)
def test_tab_reaches_every_control_and_its_focus_is_seen(readers: Readers, demo: Site, look: Look) -> None:
    page = readers.get(look.who, "en").page
    readers.leave()  # away from cameras, whose rows would go while we count the controls of a list
    demo.wait_empty(70)
    page.set_viewport_size({"width": 1280, "height": 800})
    look.open(page, look.path)
    page.wait_for_selector(look.ready, timeout=30_000)
    names = page.evaluate(STOPS)
    page.evaluate("() => document.activeElement.blur()")
    reached, unseen = set(), []
    for _ in range(len(names) + 20):  # the browser's own stops, and rows that came meanwhile
        page.keyboard.press("Tab")
        at = focus(page)
        if at["stop"] is not None:
            reached.add(int(at["stop"]))
            unseen += [] if at["seen"] else [names[int(at["stop"])]]
        if len(reached) == len(names):
            break
    assert [name for index, name in enumerate(names) if index not in reached] == []
    assert unseen == []


def test_a_slash_searches_and_a_question_mark_lists_the_shortcuts(readers: Readers) -> None:
    page = readers.get("admin", "en").page
    page.goto("/")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    page.keyboard.type("?")
    assert page.evaluate("document.activeElement.value") == "?"
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("?")
    listed = page.inner_text("dialog[open]")
    assert "Search" in listed
    page.keyboard.press("Escape")
    eventually(lambda: page.query_selector("dialog[open]") is None, 2, "the dialog closed")


def test_single_keys_can_be_switched_off_and_the_menu_still_lists_them(readers: Readers) -> None:
    page = readers.get("admin", "en").page
    page.goto("/")
    page.keyboard.press("?")
    page.uncheck("dialog[open] input[type=checkbox]")
    page.keyboard.press("Escape")
    page.reload()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name ?? ''") != "q"
    page.click("[data-menu]:has([data-shortcuts]) > summary")
    page.click("[data-shortcuts]")
    page.check("dialog[open] input[type=checkbox]")
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
