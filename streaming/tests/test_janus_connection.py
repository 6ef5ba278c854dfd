"""A Janus that hangs holds its callers, but none of the database's connections."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from cctv import clock
from streaming.media import janus_client, janus_rooms, janus_rows
from streaming.media.janus_rows import Place
from streaming.media.janus_signalling import JanusSignalling
from streaming.media.ports import MediaError
from streaming.models import Stream
from streaming.tests.steps import watch

pytestmark = pytest.mark.django_db(transaction=True)
SDP = "v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n"


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether the caller had a connection while Janus was asked, each time."""
    seen: list[bool] = []

    @contextmanager
    def api(deadline: float) -> Iterator[None]:
        yield None

    def hangs(*_: object) -> None:
        seen.append(connection.connection is not None)
        raise MediaError("sfu_unreachable")

    monkeypatch.setattr(janus_rooms, "api", api)
    monkeypatch.setattr(janus_client, "open_handle", hangs)
    monkeypatch.setattr(janus_client, "destroy_session", lambda *_: None)
    monkeypatch.setattr("streaming.media.janus_signalling.Handle.message", hangs)
    return seen


def test_an_offer_and_an_answer_hold_none(camera_a, operator_a, memory, sent, held):
    lease = watch(operator_a)
    Stream.objects.update(state="LIVE")
    with pytest.raises(MediaError):
        JanusSignalling().viewer_offer("cam-a", str(lease.pk))
    janus_rows.peer_claim("cam-a", str(lease.pk), 7, now=clock.now())
    janus_rows.peer_keep(str(lease.pk), Place(7, 8))
    with pytest.raises(MediaError):
        JanusSignalling().viewer_answer("cam-a", str(lease.pk), SDP)
    assert held == [False, False]


def test_a_publisher_holds_none(camera_a, memory, held):
    janus_rows.ingest_open("cam-a", 1, key="key", now=clock.now())
    with pytest.raises(MediaError):
        JanusSignalling().whip_publish("cam-a", "key", SDP)
    assert held == [False]
