"""/healthz, /readyz, /metrics and the API's document."""

from __future__ import annotations

import pytest
from django.db import DatabaseError

pytestmark = pytest.mark.django_db


def test_alive_and_ready(client):
    assert (client.get("/healthz").status_code, client.get("/readyz").status_code) == (200, 200)


def test_not_ready_without_the_database(client, monkeypatch):
    def broken(*_):
        raise DatabaseError

    monkeypatch.setattr("cctv.health.MigrationExecutor", broken)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (503, "database_unreachable")


def test_metrics_have_the_basics(client):
    text = client.get("/metrics").content.decode()
    assert 'cctv_streams{state="LIVE"} 0.0' in text
    assert "cctv_viewers" in text


def test_the_openapi_document_names_every_call(client):
    text = client.get("/api/schema").content.decode()
    calls = ["reserve", "heartbeat/", "release/", "token/", "stats"]
    for path in [f"/stream/{call}" for call in calls] + ["/cameras", "/agencies"]:
        assert f"/api/v1{path}" in text
