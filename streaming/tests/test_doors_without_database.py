"""Doors outside DRF while PostgreSQL is away: come again in a second, not a fault of ours."""

from __future__ import annotations

import json
from typing import Any, NoReturn

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.test import Client

from streaming.lifecycle.hls_sessions import token_of

pytestmark = pytest.mark.django_db
SDP = {"content_type": "application/sdp", "headers": {"Authorization": "Bearer key"}}
QUESTION = {
    "user": "", "password": "", "action": "read", "path": "camera_cam-a", "protocol": "hls", "id": "1",
    "query": f"token={token_of('00000000-0000-0000-0000-000000000007')}",  # type: ignore[arg-type]
}  # fmt: skip
DOORS = {
    "hls": lambda client: client.get(f"/hls/camera_cam-a/index.m3u8?{QUESTION['query']}"),
    "metrics": lambda client: client.get("/metrics"),
    "mediamtx": lambda client: client.post("/webhook/mediamtx", QUESTION, content_type="application/json"),
    "whip": lambda client: client.post("/whip/camera_cam-a", b"v=0", **SDP),
    "whip resource": lambda client: client.delete("/whip/camera_cam-a/1", **SDP),
}


class Rows:
    """An SFU that asks its rows first."""

    def whip_publish(self, *_: object) -> NoReturn:
        connection.cursor()
        raise AssertionError

    whip_delete = whip_publish


@pytest.mark.parametrize("error", [OperationalError("connection refused"), InterfaceError("connection is closed")])
@pytest.mark.parametrize("door", DOORS)
def test_a_door_is_busy(door: str, error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise error

    monkeypatch.setattr("streaming.signalling.signalling", Rows)
    monkeypatch.setattr(connection, "cursor", away)
    answer: Any = DOORS[door](Client(enforce_csrf_checks=True))
    assert (answer.status_code, answer["Retry-After"]) == (503, "1")
    assert (answer["Content-Type"], json.loads(answer.content)["code"]) == ("application/problem+json", "busy")
