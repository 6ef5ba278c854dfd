"""What is typed in a search field, in either script, keeps off the icon that lies in it."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import Browser

from tests.browser.page_site import page_site

PAGE = """<!doctype html><html lang="{lang}" dir="{dir}"><meta charset="utf-8"><title>search</title>{styles}
<div class="search"><svg class="icon"></svg><input class="input" type="search" dir="auto"></div>"""
# Pixels between the icon and where the text may begin, on the icon's side.
ROOM = """() => {
  const [icon, input] = [".icon", ".input"].map((each) => document.querySelector(each));
  const [drawn, field, style] = [icon.getBoundingClientRect(), input.getBoundingClientRect(), getComputedStyle(input)];
  return document.dir === "rtl"
    ? drawn.left - (field.right - parseFloat(style.paddingRight))
    : field.left + parseFloat(style.paddingLeft) - drawn.right;
}"""


@pytest.mark.parametrize("text", ["", "gate", "بوابة"])
@pytest.mark.parametrize(("lang", "direction"), [("en", "ltr"), ("ar", "rtl")])
def test_the_text_begins_beside_the_icon(chromium: Browser, lang: str, direction: str, text: str) -> None:
    body = PAGE.format(lang=lang, dir=direction, styles=render_to_string("parts/styles.html"))
    with page_site() as url, chromium.new_context() as context:
        page = context.new_page()
        page.route(url, lambda route: route.fulfill(body=body, content_type="text/html"))
        page.goto(url)
        page.fill(".input", text)
        assert 0 < page.evaluate(ROOM) < 16


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_the_placeholder_of_an_empty_field_runs_as_the_page_does(chromium: Browser, direction: str) -> None:
    body = PAGE.format(lang="ar", dir=direction, styles=render_to_string("parts/styles.html"))
    with page_site() as url, chromium.new_context() as context:
        page = context.new_page()
        page.route(url, lambda route: route.fulfill(body=body, content_type="text/html"))
        page.goto(url)
        page.evaluate("document.querySelector('.input').placeholder = 'الاسم'")
        assert page.evaluate("getComputedStyle(document.querySelector('.input')).direction") == direction
        page.fill(".input", "gate")
        assert page.evaluate("getComputedStyle(document.querySelector('.input')).direction") == "ltr"
