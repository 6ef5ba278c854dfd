"""Limits in the admin: the site sets them, an agency's own administrator only looks."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from accounts.models import User
from cameras.models import Agency
from quotas.models import AgencyLimit, SiteLimit
from quotas.services import limits_for
from tests.cast import make_agency

PAGE = {
    "name_en": "Metro",
    "name_ar": "",
    "enabled": "on",
    "time_zone": "Asia/Dubai",
    "watermark": "off",
    "limit-INITIAL_FORMS": "0",
}


def page_of(agency: Agency) -> str:
    return reverse("admin:cameras_agency_change", args=[agency.pk])


def posted(agency: Agency, cameras: str, **more: str) -> dict[str, str]:
    row = {"limit-TOTAL_FORMS": "1", "limit-0-agency": str(agency.pk), "limit-0-cameras": cameras}
    return {**PAGE, **row, **more}


def test_the_limit_is_set_changed_and_taken_back_on_the_agencys_page(
    client: Client, site_admin: User, agency_a: Agency
) -> None:
    client.force_login(site_admin)
    assert client.post(page_of(agency_a), posted(agency_a, "4")).status_code == 302
    assert limits_for(agency_a).agency == 4
    known = {"limit-INITIAL_FORMS": "1", "limit-0-id": str(AgencyLimit.objects.get().pk)}
    client.post(page_of(agency_a), posted(agency_a, "5", **known))
    assert limits_for(agency_a).agency == 5
    set_at = AgencyLimit.objects.get().changed_at
    client.post(page_of(agency_a), posted(agency_a, "", **known))
    assert limits_for(agency_a).agency == 30
    taken_back_at = AgencyLimit.objects.get().changed_at
    assert set_at is not None
    assert taken_back_at is not None
    assert taken_back_at > set_at


def test_an_agency_admin_sees_the_limit_and_cannot_set_it(client: Client, agency_admin: User, agency_a: Agency) -> None:
    User.objects.filter(pk=agency_admin.pk).update(is_staff=True)
    client.force_login(agency_admin)
    assert client.get(page_of(agency_a)).status_code == 200
    assert client.post(page_of(agency_a), posted(agency_a, "4000")).status_code == 403
    assert limits_for(agency_a).agency == 30
    assert client.get(page_of(make_agency("TAXI"))).status_code == 302  # not there: back to the index
    assert client.get(reverse("admin:quotas_sitelimit_changelist")).status_code == 403


def test_the_limits_of_the_system_are_one_row(client: Client, site_admin: User) -> None:
    client.force_login(site_admin)
    for _ in range(2):
        answer = client.get(reverse("admin:quotas_sitelimit_changelist"), follow=True)
        assert answer.status_code == 200
    assert SiteLimit.objects.count() == 1
    page = reverse("admin:quotas_sitelimit_change", args=[1])
    client.post(page, {"cameras": "9", "camera_webrtc": "", "camera_hls": "", "viewer_cameras": ""})
    row = SiteLimit.objects.get()
    assert (row.cameras, row.changed_at is not None) == (9, True)
    assert client.get(reverse("admin:quotas_sitelimit_add")).status_code == 403
    assert client.post(reverse("admin:quotas_sitelimit_delete", args=[1])).status_code == 403
