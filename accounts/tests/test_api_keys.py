"""Service accounts and their keys."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import ApiKey, ServiceAccount
from accounts.services import api_key_create, api_key_revoke

DOOR = "/api/v1/agencies"


def answer(header: str) -> Any:
    return APIClient().get(DOOR, HTTP_AUTHORIZATION=header)


def refused(header: str) -> bool:
    got = answer(header)
    known = (401, "invalid_api_key", 'Bearer realm="api"')
    return (got.status_code, got.json()["code"], got.headers["WWW-Authenticate"]) == known


def test_a_key_lets_its_account_in(service_account: ServiceAccount) -> None:
    _, text = api_key_create(account=service_account)
    for scheme in ("Bearer", "bearer", "BEARER"):
        assert [agency["code"] for agency in answer(f"{scheme} {text}").json()] == ["METRO"]


def test_only_a_hash_is_kept(service_account: ServiceAccount) -> None:
    key, text = api_key_create(account=service_account)
    secret = text.partition(".")[2]
    assert len(secret) == 43  # 256 bits
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accounts_apikey")
        assert secret not in str(cursor.fetchall())
    assert secret not in f"{key!r} {key}"


def test_a_wrong_secret_is_refused(service_account: ServiceAccount) -> None:
    key, text = api_key_create(account=service_account)
    other = api_key_create(account=service_account)[1].partition(".")[2]
    assert refused(f"Bearer {key.prefix}.{other}")
    assert refused(f"Bearer {'0' * 12}.{other}")
    assert refused(f"Bearer {text}x")


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Bearer x", "Bearer .", "Bearer a.b c", "Bearer \xff", "Bearer " + "a" * 10_000]
)
def test_a_bearer_of_another_form_is_refused(db: None, header: str) -> None:
    assert refused(header)


def test_a_revoked_key_is_refused_for_good(service_account: ServiceAccount) -> None:
    key, text = api_key_create(account=service_account)
    api_key_revoke(key=key)
    first = key.revoked_at
    api_key_revoke(key=key)
    assert first is not None
    assert key.revoked_at == first
    assert refused(f"Bearer {text}")


def test_a_disabled_account_is_refused_until_it_is_enabled(service_account: ServiceAccount) -> None:
    _, text = api_key_create(account=service_account)
    ServiceAccount.objects.update(enabled=False)
    assert refused(f"Bearer {text}")
    ServiceAccount.objects.update(enabled=True)
    assert answer(f"Bearer {text}").status_code == 200


def test_the_last_use_is_written_at_most_once_a_minute(
    service_account: ServiceAccount, django_assert_num_queries: Any
) -> None:
    key, text = api_key_create(account=service_account)
    answer(f"Bearer {text}")
    first = ApiKey.objects.get().last_used_at
    with django_assert_num_queries(2):  # the key, the agencies: nothing is written
        answer(f"Bearer {text}")
    assert first is not None
    assert ApiKey.objects.get().last_used_at == first
    old = timezone.now() - timedelta(seconds=61)
    ApiKey.objects.filter(pk=key.pk).update(last_used_at=old)
    answer(f"Bearer {text}")
    used = ApiKey.objects.get().last_used_at
    assert used is not None
    assert used > old
