"""The style page shows what there is; pages name only icons and files that there are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from tests.cast import make_site_admin, make_user

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
ICON = re.compile(r'parts/icon\.html" with name="([^"]+)"')
STATIC = re.compile(r"""\{% static ['"]([^'"]+)['"] %\}|["(](?:/static/)([^"]+)["]""")


@pytest.mark.django_db
def test_staff_sees_every_component(client):
    client.force_login(make_site_admin())
    text = client.get("/style").content.decode()
    for name in ("button", "chip", "state", "tile", "card", "table", "dialog", "empty", "skeleton", "banner", "tabs"):
        assert re.search(rf'class="(?:[^"]* )?{name}[" ]', text), name


@pytest.mark.django_db
def test_others_do_not(client):
    client.force_login(make_user("ali", METRO="operator"))
    assert client.get("/style").status_code == 403


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_names_only_what_there_is(path):
    text = path.read_text()
    icons = (ROOT / "static/vendor/icons.svg").read_text()
    assert [name for name in ICON.findall(text) if f'id="{name}"' not in icons] == []
    files = ["".join(found) for found in STATIC.findall(text)]
    assert [file for file in files if not finders.find(file)] == []
