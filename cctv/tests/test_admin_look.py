"""The admin in our tokens, and under the same strict policy as every page."""

from __future__ import annotations

import re

import pytest

from tests.cast import make_agency, make_camera, make_site_admin

pytestmark = pytest.mark.django_db
PAGES = ["/admin/", "/admin/cameras/camera/", "/admin/cameras/camera/{camera}/change/", "/admin/cameras/camera/add/",
         "/admin/cameras/agency/{agency}/change/", "/admin/accounts/user/add/", "/admin/streaming/stream/"]  # fmt: skip


@pytest.fixture
def admin(client):
    client.force_login(make_site_admin())
    return client


def text_of(client, page: str) -> str:
    agency = make_agency("METRO")
    answer = client.get(page.format(agency=agency.pk, camera=make_camera(agency=agency).pk))
    assert answer.status_code == 200
    assert "unsafe-inline" not in answer.headers["Content-Security-Policy"]
    return str(answer.content.decode())


@pytest.mark.parametrize("page", PAGES)
def test_nothing_in_a_page_needs_a_weaker_policy(admin, page):
    text = text_of(admin, page)
    assert re.findall(r"<style|\sstyle=|\son[a-z]+=\"", text) == []
    scripts = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", text)
    assert [tag for tag in scripts if "application/json" not in tag] == []


@pytest.mark.parametrize("page", PAGES)
def test_our_sheet_comes_after_all_of_djangos(admin, page):
    sheets = re.findall(r'<link[^>]*href="([^"]+\.css)"', text_of(admin, page))
    ours = sheets.index("/static/css/admin.css")
    assert [sheet for sheet in sheets[ours:] if sheet.startswith("/static/admin/css/")] == []
    assert "/static/admin/css/dark_mode.css" not in sheets


def test_the_login_of_the_admin_has_the_same_language_and_appearance_switches(client):
    text = client.get("/admin/login/").content.decode()
    assert 'data-theme-set="contrast"' in text
    assert 'name="language" value="ar"' in text


def test_in_arabic_it_runs_from_right_to_left(admin):
    admin.cookies["django_language"] = "ar"
    assert re.search(r'<html lang="ar" dir="rtl"', text_of(admin, "/admin/"))


def test_it_looks_as_the_profile_has_it(client):
    someone = make_site_admin()
    someone.theme = "light"
    someone.save()
    client.force_login(someone)
    told = re.search(r'<meta name="reader"[^>]*>', text_of(client, "/admin/"))
    assert told is not None
    assert 'data-theme="light"' in told[0]
    assert 'data-digits="' in told[0]
