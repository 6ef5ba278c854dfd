"""People at the API: a session, with CSRF."""

from __future__ import annotations

from typing import Any

import pytest
from django.middleware.csrf import get_token
from django.test import RequestFactory
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.test import APIClient

from accounts.api_auth import SessionAuthentication
from accounts.models import User
from cctv.errors import DomainError
from tests.cast import api_client

DOOR = "/api/v1/cameras/cam-a"


def test_nobody_is_told_how_to_come_in(db: None) -> None:
    answer = APIClient().get(DOOR)
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert SessionAuthentication().authenticate_header(Request(RequestFactory().get("/"))) == "Session"


def test_a_change_without_the_csrf_token_is_403(agency_admin: User, camera_a: Any) -> None:
    client = api_client(agency_admin, csrf=True)
    assert client.get(DOOR).status_code == 200
    answer = client.patch(DOOR, {"place": "x"})
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")


def test_a_change_with_the_csrf_header_is_done(agency_admin: User, camera_a: Any) -> None:
    client = api_client(agency_admin, csrf=True)
    client.cookies["csrftoken"] = "a" * 32
    assert client.patch(DOOR, {"place": "x"}, HTTP_X_CSRFTOKEN="a" * 32).status_code == 200
    assert client.patch(DOOR, {"place": "x"}, HTTP_X_CSRFTOKEN="b" * 32).status_code == 403


def beacon(user: User, token: str) -> Request:
    """What `navigator.sendBeacon` sends: a form, no headers of ours."""
    request = RequestFactory(enforce_csrf_checks=True).post("/", {"csrfmiddlewaretoken": token})
    request.user = user
    request.COOKIES["csrftoken"] = "a" * 32
    return Request(request, parsers=[JSONParser()])


def test_a_beacon_carries_the_token_in_its_form(stranger: User) -> None:
    assert SessionAuthentication().authenticate(beacon(stranger, "a" * 32)) == (stranger, None)
    for wrong in ("", "b" * 32, "garbage"):
        with pytest.raises(DomainError, match="csrf_failed"):
            SessionAuthentication().authenticate(beacon(stranger, wrong))


def test_a_key_needs_no_csrf_token(service_account: Any) -> None:
    answer = api_client(service_account, csrf=True).delete("/api/v1/cameras/cam-unknown")
    assert answer.json()["code"] == "camera_not_found"


def test_a_masked_token_of_a_page_is_accepted(stranger: User) -> None:
    request = RequestFactory().get("/")
    masked = get_token(request)
    assert SessionAuthentication().authenticate(_with_secret(request.META["CSRF_COOKIE"], masked, stranger))


def _with_secret(secret: str, token: str, user: User) -> Request:
    request = beacon(user, token)
    request._request.COOKIES["csrftoken"] = secret
    return request
