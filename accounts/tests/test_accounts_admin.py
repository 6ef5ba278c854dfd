"""People, service accounts and keys in the admin."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import ApiKey, Membership, ServiceAccount, User
from tests.cast import api_client, make_account

ACCOUNTS = "admin:accounts_serviceaccount_changelist"


@pytest.fixture
def admin(client: Client, site_admin: User) -> Client:
    client.force_login(site_admin)
    return client


def make_key(admin: Client, *accounts: ServiceAccount) -> str:
    form = {"action": "make_key", "_selected_action": [account.pk for account in accounts]}
    answer = admin.post(reverse(ACCOUNTS), form, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_key_is_shown_once_and_works(admin: Client, service_account: ServiceAccount) -> None:
    text = re.search(r'id="api-key"[^>]*>([^<]+)<', make_key(admin, service_account))
    assert text
    client = api_client()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {text[1]}")
    assert client.get("/api/v1/agencies").status_code == 200
    secret = text[1].partition(".")[2]
    page = admin.get(reverse("admin:accounts_serviceaccount_change", args=[service_account.pk])).content.decode()
    assert ApiKey.objects.get().prefix in page
    assert secret not in page
    assert ApiKey.objects.get().secret_sha256 not in page


def test_a_key_is_for_one_account(admin: Client, service_account: ServiceAccount) -> None:
    assert "Choose one service account" in make_key(admin, service_account, make_account("second"))
    assert not ApiKey.objects.exists()


def test_all_keys_of_an_account_are_revoked(admin: Client, service_account: ServiceAccount) -> None:
    make_key(admin, service_account)
    admin.post(reverse(ACCOUNTS), {"action": "revoke_keys", "_selected_action": [service_account.pk]})
    assert ApiKey.objects.get().revoked_at is not None


@pytest.mark.parametrize(
    ("codes", "kept"), [("METRO", ["METRO"]), ("METRO، ", ["METRO"]), ("", []), ("METRO, NONSENSE", None)]
)
def test_a_service_account_names_agencies_that_exist(
    admin: Client, agency_a: Any, codes: str, kept: list[str] | None
) -> None:
    keys = {"keys-TOTAL_FORMS": "0", "keys-INITIAL_FORMS": "0"}
    form = {"name": "new", "agency_codes": codes, "enabled": "on", **keys}
    admin.post(reverse("admin:accounts_serviceaccount_add"), form)
    account = ServiceAccount.objects.filter(name="new").first()
    assert (account.agency_codes if account else None) == kept


@pytest.mark.parametrize(("code", "made"), [("METRO", 1), ("NONSENSE", 0)])
def test_a_membership_names_an_agency_that_exists(
    admin: Client, agency_a: Any, stranger: User, code: str, made: int
) -> None:
    form = {
        "username": "stranger",
        "language": "en",
        "time_zone": "UTC",
        "digits": "latn",
        "theme": "dark",
        "date_joined_0": "2026-01-01",
        "date_joined_1": "00:00:00",
        "memberships-TOTAL_FORMS": "1",
        "memberships-INITIAL_FORMS": "0",
        "memberships-0-user": str(stranger.pk),
        "memberships-0-agency_code": code,
        "memberships-0-role": "viewer",
    }
    admin.post(reverse("admin:accounts_user_change", args=[stranger.pk]), form)
    assert Membership.objects.count() == made


@pytest.mark.parametrize("kind", ["user", "serviceaccount"])
def test_people_and_keys_are_not_for_an_agencys_own_admin(client: Client, agency_admin: User, kind: str) -> None:
    User.objects.filter(pk=agency_admin.pk).update(is_staff=True)
    client.force_login(agency_admin)
    assert client.get(reverse(f"admin:accounts_{kind}_changelist")).status_code == 403
