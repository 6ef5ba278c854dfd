"""What every page has: the banner of a lost server, the appearance, toasts, dialogs; and no complaint in the admin."""

from __future__ import annotations

import pytest

from tests.e2e.site import eventually

BANNER = "[data-server] .banner"
ADMIN = ["/admin/", "/admin/cameras/camera/", "/admin/cameras/camera/add/", "/admin/cameras/agency/", "/admin/quotas/",
         "/admin/accounts/user/add/", "/admin/streaming/stream/", "/style"]  # fmt: skip


SAVE = "async (theme) => (await import('/static/js/api.js')).call('PATCH', '/preferences', {body: {theme}})"


def theme(page):
    return page.evaluate("document.documentElement.dataset.theme")


@pytest.fixture
def dark(operator):
    """A page of somebody whose profile says dark, before and after."""
    page = operator().page
    page.evaluate(SAVE, "dark")
    yield page
    page.evaluate(SAVE, "dark")


def test_a_lost_server_is_told_and_its_return_too(operator, site):
    page = operator().page
    page.goto("/stats")
    assert page.locator(BANNER).count() == 0
    site.supervisor("stop", "web", "web-2")
    try:
        eventually(lambda: page.locator(f"{BANNER}.bad").count(), 15, "the banner")
        assert "Connection to the server lost" in page.inner_text(BANNER)
    finally:
        site.supervisor("start", "web", "web-2")
    eventually(lambda: page.locator(f"{BANNER}.good").count(), 20, "the word that it is back")
    eventually(lambda: page.locator(BANNER).count() == 0, 10, "the banner gone")
    eventually(lambda: page.inner_text("[data-source]") == "Live", 10, "the numbers pushed again")


def test_an_appearance_is_kept_and_holds_in_the_admin(dark):
    page = dark
    page.goto("/")
    assert theme(page) == "dark"
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.click("summary[aria-label=Appearance]")
    with page.expect_response("**/preferences"):
        page.click("[data-theme-set=contrast]")
    assert page.get_attribute("[data-theme-set=contrast]", "aria-pressed") == "true"
    for path in ("/stats", "/admin/"):
        page.goto(path)
        assert theme(page) == "contrast"
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(0, 0, 0)" != ground


def test_a_visitor_whose_system_asks_for_more_contrast_gets_it(chromium, site):
    with chromium.new_context(base_url=site.url, contrast="more") as context:
        page = context.new_page()
        page.goto("/login")
        assert theme(page) == "contrast"


def test_a_users_theme_stays_with_more_contrast_where_his_system_asks_for_it(dark):
    page = dark
    page.goto("/")
    soft = "getComputedStyle(document.querySelector('.soft')).color"
    usual = page.evaluate(soft)
    page.emulate_media(contrast="more")
    assert (theme(page), page.evaluate("getComputedStyle(document.body).color")) == ("dark", "rgb(255, 255, 255)")
    assert page.evaluate(soft) == "rgb(220, 227, 234)" != usual


def test_a_toast_goes_by_itself_and_a_failure_stays_until_it_is_closed(operator):
    page = operator().page
    page.goto("/style")
    page.click("[data-show=toast][data-kind=good]")
    page.click("[data-show=toast][data-kind=bad]")
    assert page.locator(".toast").count() == 2
    page.mouse.move(5, 5)
    eventually(lambda: page.locator(".toast").count() == 1, 10, "the good one gone")
    page.click(".toast[data-kind=bad] button")
    assert page.locator(".toast").count() == 0


def test_a_dialog_is_left_by_escape_and_gives_the_focus_back(operator):
    page = operator().page
    page.goto("/style")
    page.focus("[data-show=dialog]")
    page.keyboard.press("Enter")
    assert page.locator("dialog[open]").count() == 1
    page.keyboard.press("Escape")
    assert page.locator("dialog[open]").count() == 0
    assert page.evaluate("document.activeElement.dataset.show") == "dialog"


@pytest.mark.parametrize("language", ["en", "ar"])
def test_no_page_of_the_admin_complains_or_scrolls_sideways(operator, language):
    someone = operator()
    someone.context.add_cookies([{"name": "django_language", "value": language, "url": someone.site.url}])
    for width in (1280, 390):
        someone.page.set_viewport_size({"width": width, "height": 800})
        for path in ADMIN:
            someone.page.goto(path)
            assert someone.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, width)
    assert someone.complaints == []
