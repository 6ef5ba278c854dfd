"""Every page in dark and light, English and Arabic, on a wide, a usual and a narrow screen, and in high contrast on the
usual one, by one browser on one demo.

Nothing scrolls sideways, no controls overlap, axe-core finds nothing against WCAG 2.2 AA, the console is quiet, the CSP
is strict. What was seen is kept in test-results/pages/ for people to look at.
"""

from __future__ import annotations

import re
from itertools import product
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.e2e.page_looks import LOOKS, Look
from tests.e2e.readers import Reader, Readers
from tests.e2e.site import REPO

pytestmark = pytest.mark.usefixtures("walls")
RESULTS = REPO / "test-results" / "pages"
WIDE, USUAL, NARROW = (1920, 1080), (1280, 800), (390, 844)
Size = tuple[int, int]
VIEWS: list[tuple[str, str, list[Size]]] = [
    *((language, theme, [WIDE, USUAL, NARROW]) for language, theme in product(("en", "ar"), ("dark", "light"))),
    ("en", "contrast", [USUAL]),
]
AXE = (REPO / "node_modules" / "axe-core" / "axe.min.js").read_text()
LAYOUT = (REPO / "tests" / "e2e" / "page_checks.js").read_text().rstrip().rstrip(";")
AXE_RUN = (REPO / "tests" / "e2e" / "page_axe.js").read_text().rstrip().rstrip(";")


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
def test_a_page_is_in_order_in_every_theme_language_and_width(readers: Readers, look: Look) -> None:
    complaints: dict[str, list[str]] = {}
    for language, theme, sizes in VIEWS:
        reader = readers.get(look.who, language)
        reader.theme(theme)
        for where, what in visit(reader, look, sizes, f"{look.name}-{language}-{theme}"):
            complaints.setdefault(what, []).append(f"{language} {theme} {where}".strip())
    told = [f"{what}\n    {len(where)} times, first {where[0]}" for what, where in complaints.items()]
    if told:
        pytest.fail("\n".join(told), pytrace=False)


def visit(reader: Reader, look: Look, sizes: list[Size], file: str) -> list[tuple[str, str]]:
    """Where (a width, or nothing) and what is wrong."""
    page, reader.said = reader.page, []
    width, height = sizes[0]
    page.set_viewport_size({"width": width, "height": height})
    answer = look.open(page, look.path)
    assert answer is not None
    page.wait_for_selector(look.ready, timeout=30_000)
    look.act(page)
    page.evaluate(f"{{ {AXE} }}")
    found = [(str(size[0]), line) for size in sizes for line in _seen(page, look, size, file)]
    said = [line for line in reader.said if not (look.expected and re.search(look.expected, line))]
    return [*(("", line) for line in [*_headers(look, answer.status, answer.headers), *dict.fromkeys(said)]), *found]


def _headers(look: Look, status: int, headers: dict[str, Any]) -> list[str]:
    policy = headers.get("content-security-policy", "")
    wrong = [f"status {status}"] if status != look.status else []
    directives = [each.strip() for each in policy.split(";")]
    loose = [each for each in directives if "unsafe-" in each]
    return wrong + (["no CSP"] if "script-src" not in policy else []) + [f"CSP {each}" for each in loose]


def _seen(page: Page, look: Look, size: Size, file: str) -> list[str]:
    width, height = size
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    found: list[str] = [*page.evaluate(LAYOUT), *(page.evaluate(AXE_RUN) if look.axe else [])]
    page.screenshot(path=RESULTS / f"{file}-{width}.png", full_page=True)
    return found
