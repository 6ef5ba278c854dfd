"""The page's own switches save by /api/v1/preferences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import ServiceAccount, User

Api = Callable[..., APIClient]
PATH = "/api/v1/preferences"


def test_what_is_given_is_saved_and_the_rest_stays(api: Api, operator_a: User) -> None:
    User.objects.update(digits="arab")
    answer = api(User.objects.get(pk=operator_a.pk)).patch(PATH, {"theme": "contrast"})
    assert answer.json() == {"language": "", "theme": "contrast", "digits": "arab"}
    operator_a.refresh_from_db()
    assert (operator_a.theme, operator_a.digits) == ("contrast", "arab")


@pytest.mark.parametrize("body", [{"theme": "pink"}, {"digits": "roman"}, {"language": "xx"}, {"theme": None}, []])
def test_what_nobody_knows_is_refused(api: Api, operator_a: User, body: Any) -> None:
    answer = api(operator_a).patch(PATH, body)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


def test_a_service_account_prefers_nothing(api: Api, service_account: ServiceAccount) -> None:
    assert api(service_account).get(PATH).status_code == 403


def test_a_visitor_prefers_nothing(api: Api, db: None) -> None:
    assert api().patch(PATH, {"theme": "dark"}).status_code == 401


def test_another_site_cannot_save(operator_a: User) -> None:
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(operator_a)
    assert client.patch(PATH, {"theme": "dark"}, format="json").status_code == 403
