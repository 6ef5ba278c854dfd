"""Whose name stands over the picture: the agency of the camera decides, the server tells the page."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import ServiceAccount, User
from cameras.models import Agency, Camera
from cameras.watermark import watermark_for


@pytest.fixture
def marked(agency_a: Agency) -> Agency:
    agency_a.watermark = "always"
    agency_a.save()
    return agency_a


def page_of(client: Client, user: User) -> str:
    client.force_login(user)
    return client.get("/cameras/cam-a").content.decode()


def test_without_the_policy_nobody_is_named(client: Client, operator_a: User, camera_a: Camera) -> None:
    assert " watermark=" not in page_of(client, operator_a)


def test_with_it_the_player_is_told_the_viewers_name(
    client: Client, operator_a: User, camera_a: Camera, marked: Agency
) -> None:
    assert ' watermark="operator-a"' in page_of(client, operator_a)
    operator_a.first_name, operator_a.last_name = "Mona", '"><b>'
    operator_a.save()
    assert ' watermark="Mona &quot;&gt;&lt;b&gt;"' in page_of(client, operator_a)


def test_a_service_account_names_the_person_it_watches_for(service_account: ServiceAccount, marked: Agency) -> None:
    assert watermark_for(service_account, marked, on_behalf_of="Mona") == "Mona"
    assert watermark_for(service_account, marked) == "wall"


def test_another_agencys_policy_is_not_ours(operator_a: User, agency_b: Agency, marked: Agency) -> None:
    assert watermark_for(operator_a, agency_b) == ""


@pytest.mark.parametrize(("role", "kept"), [("site_admin", "always"), ("agency_admin", "off")])
def test_only_the_site_sets_it_in_the_admin(
    client: Client, agency_a: Agency, request: Any, role: str, kept: str
) -> None:
    user = request.getfixturevalue(role)
    user.is_staff = True
    user.save()
    client.force_login(user)
    form = {"name_en": "Metro", "enabled": "on", "time_zone": "Asia/Dubai", "watermark": "always"}
    form |= {"limit-TOTAL_FORMS": "0", "limit-INITIAL_FORMS": "0"}
    client.post(reverse("admin:cameras_agency_change", args=[agency_a.pk]), form)
    agency_a.refresh_from_db()
    assert agency_a.watermark == kept
