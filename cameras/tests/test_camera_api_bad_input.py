"""Nonsense is answered with problem+json, never with a 500."""

from __future__ import annotations

import json
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from cameras.models import Camera
from tests.cast import api_client

CAMERAS = "/api/v1/cameras"


@pytest.fixture
def client(agency_admin: User, camera_a: Camera) -> APIClient:
    client = api_client(agency_admin)
    client.raise_request_exception = False
    return client


def problem(answer: Any) -> tuple[int, str]:
    assert answer.headers["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == answer.status_code
    return answer.status_code, body["code"]


@pytest.mark.parametrize(
    "body",
    ["", "{", "nonsense", '{"camera_id": NaN}', "\xff\xfe", "[" * 50_000, '{"a":' * 20_000, "1" * 10_000],
    ids=["empty", "half", "word", "nan", "bytes", "deep-list", "deep-object", "long-number"],
)
def test_malformed_json_is_400(client: APIClient, body: str) -> None:
    answer = client.generic("POST", CAMERAS, body, content_type="application/json")
    assert problem(answer)[0] == 400


def test_a_huge_body_is_refused(client: APIClient) -> None:
    answer = client.post(CAMERAS, {"camera_id": "cam-new", "agency": "METRO", "name_en": "x" * 300_000})
    assert problem(answer) == (413, "too_large")


def test_a_form_is_415(client: APIClient) -> None:
    answer = client.generic("POST", CAMERAS, "a=b", content_type="application/x-www-form-urlencoded")
    assert problem(answer) == (415, "unsupported_media_type")


@pytest.mark.parametrize("body", [[], "text", 1, None, [{}]])
def test_json_that_is_no_object_is_400(client: APIClient, body: Any) -> None:
    assert problem(client.post(CAMERAS, body))[0] == 400


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("camera_id", "cam-b"),
        ("name_en", ""),
        ("name_en", None),
        ("name_en", {"a": 1}),
        ("name_en", "a\0b"),
        ("name_ar", "\ud800"),
        ("place", "x" * 201),
        ("latitude", "north"),
        ("latitude", "nan"),
        ("latitude", 10**400),
        ("longitude", 181),
        ("tags", "text"),
        ("tags", [1, {}]),
        ("tags", ["\0"]),
        ("tags", [["a"]]),
        ("tags", ["x"] * 21),
        ("group", "one"),
        ("group", 0),
        ("group", 10**30),
        ("enabled", "perhaps"),
        ("audio", "loud"),
        ("main_url", "http://cam"),
        ("main_url", "rtsp://cam/\ud800"),
        ("sub_url", 7),
        ("password", "a\nb"),
        ("username", "x" * 201),
    ],
)
def test_a_bad_value_is_400_and_names_the_field(client: APIClient, field: str, value: Any) -> None:
    body = json.dumps({field: value})  # half a surrogate pair can be written in JSON, though not in UTF-8
    answer = client.generic("PATCH", f"{CAMERAS}/cam-a", body, content_type="application/json")
    assert problem(answer) == (400, "invalid")
    assert list(answer.json()["fields"]) == [field]


@pytest.mark.parametrize("missing", ["camera_id", "agency", "name_en"])
def test_what_a_new_camera_needs_is_said(client: APIClient, missing: str) -> None:
    body = {"camera_id": "cam-new", "agency": "METRO", "name_en": "New"}
    del body[missing]
    assert list(client.post(CAMERAS, body).json()["fields"]) == [missing]


@pytest.mark.parametrize("camera_id", ["cam-a", "Cam", "-", "", "a" * 49, "a/b", "\0"])
def test_a_taken_or_malformed_id_is_400(client: APIClient, camera_id: str) -> None:
    answer = client.post(CAMERAS, {"camera_id": camera_id, "agency": "METRO", "name_en": "New"})
    assert problem(answer) == (400, "invalid")


@pytest.mark.parametrize(
    "query", ["state=LATE", "group=x", "group=99999999999999999999", "q=%00", "q=" + "a" * 101, "tag=%00", "agency=%00"]
)
def test_a_bad_query_is_400(client: APIClient, query: str) -> None:
    assert problem(client.get(f"{CAMERAS}?{query}")) == (400, "invalid")


@pytest.mark.parametrize("query", ["limit=-1", "limit=x", "limit=99999999999999999999", "offset=99999999999999999999"])
def test_a_strange_page_is_still_a_page(client: APIClient, query: str) -> None:
    assert client.get(f"{CAMERAS}?{query}").status_code == 200


@pytest.mark.parametrize("method", ["put", "post"])
def test_a_wrong_method_is_405(client: APIClient, method: str) -> None:
    assert problem(getattr(client, method)(f"{CAMERAS}/cam-a", {})) == (405, "method_not_allowed")
