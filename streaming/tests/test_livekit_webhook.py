"""POST /webhook/livekit: only what LiveKit signed just now and for the first time, and then no more than a hint."""

from __future__ import annotations

import base64
import hashlib
import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client
from livekit import api
from pytest_django import Settings

from accounts.models import User
from cctv import clock
from streaming.models import Reservation, Stream
from streaming.tests.memory_plane import Memory
from streaming.tests.steps import the_stream, watch
from tests.cast import make_camera, make_user

pytestmark = pytest.mark.django_db
KEY, SECRET = "contract", "s" * 40
Sent = list[tuple[str, tuple[Any, ...]]]


@pytest.fixture(autouse=True)
def _keys(settings: Settings) -> None:
    settings.LIVEKIT_API_KEY, settings.LIVEKIT_API_SECRET, settings.INSTANCE_ID = KEY, SECRET, "contract"
    cache.clear()


def event(name: str = "room_finished", room: str = "camera_cam-1", *, who: str = "", **more: Any) -> dict[str, Any]:
    """As LiveKit 1.11.0 writes it; 64-bit numbers are texts."""
    said = {"name": room, "metadata": '{"instance": "contract"}', "numParticipants": 1}
    participant = {"participant": {"identity": who, "state": "ACTIVE"}} if who else {}
    now = str(int(clock.now().timestamp()))
    return {"event": name, "room": said, **participant, "id": f"EV_{uuid.uuid4().hex[:12]}", "createdAt": now, **more}


def post(body: dict[str, Any] | bytes, *, secret: str = SECRET, key: str = KEY, signed: bytes | None = None) -> Any:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    digest = base64.b64encode(hashlib.sha256(raw if signed is None else signed).digest()).decode()
    token = api.AccessToken(key, secret).with_sha256(digest).to_jwt()
    return send(raw, token)


def send(raw: bytes, token: str) -> HttpResponse:
    headers = {"Authorization": token}
    client = Client(enforce_csrf_checks=True)
    return client.post("/webhook/livekit", raw, content_type="application/webhook+json", headers=headers)  # type: ignore[return-value]


@pytest.fixture
def playing(operator_a: User, memory: Memory) -> None:
    """A LIVE stream in the room of the events."""
    watch(operator_a, make_camera("cam-1", "METRO").camera_id)
    Stream.objects.update(state="LIVE")


@pytest.fixture
def told(sent: Sent, playing: None, django_capture_on_commit_callbacks: Any) -> Callable[..., list[str]]:
    """The tasks that an event leads to."""

    def tell(body: dict[str, Any], **how: Any) -> list[str]:
        sent.clear()
        with django_capture_on_commit_callbacks(execute=True):
            assert post(body, **how).status_code == 204
        return [name for name, _ in sent]

    return tell


def test_what_could_not_be_dealt_with_is_dealt_with_when_it_is_told_again(
    told: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    again = event()

    def away(*_: object) -> None:
        raise OperationalError("connection refused")

    with monkeypatch.context() as broken:
        broken.setattr("streaming.services.webhook_hints.names.camera_of_path", away)
        assert code(post(again)) == (503, "busy")
    assert told(again) == ["check_publisher"]


def code(answer: Any) -> tuple[int, str]:
    assert answer["Content-Type"] == "application/problem+json"
    return answer.status_code, json.loads(answer.content)["code"]


@pytest.mark.parametrize("how", [{"secret": "t" * 40}, {"key": "other"}, {"signed": b"another body"}])
def test_what_is_not_signed_for_this_body_is_refused(how: dict[str, Any], sent: Sent) -> None:
    assert code(post(event(), **how)) == (401, "webhook_unauthorised")
    assert sent == []


@pytest.mark.parametrize("token", ["", "nonsense", "a.b.c", api.AccessToken(KEY, SECRET).to_jwt()])
def test_what_is_no_webhooks_token_is_refused(token: str) -> None:
    assert code(send(json.dumps(event()).encode(), token)) == (401, "webhook_unauthorised")


def test_without_keys_nothing_is_believed(settings: Settings) -> None:
    body = json.dumps(event()).encode()
    settings.LIVEKIT_API_SECRET = ""
    assert code(post(body, secret="x" * 32)) == (401, "webhook_unauthorised")


@pytest.mark.parametrize("age", [301, -301, 10**18])
def test_an_old_event_is_refused_however_it_is_signed(age: int) -> None:
    created = str(int(clock.now().timestamp()) - age)
    assert code(post(event(createdAt=created))) == (400, "bad_webhook")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff", b'{"event": 7}', b"[" * 5000])
def test_a_body_that_is_no_event_is_refused(body: bytes) -> None:
    assert code(post(body)) == (400, "bad_webhook")


@pytest.mark.parametrize("size", [65 * 1024, 300 * 1024])
def test_a_body_too_large_is_refused(size: int) -> None:
    assert code(post(b" " * size)) == (413, "too_large")


def test_it_takes_posts_only() -> None:
    assert Client().get("/webhook/livekit").status_code == 405


@pytest.mark.parametrize("name", ["room_finished", "ingress_ended"])
def test_an_end_makes_us_look(told: Callable[..., list[str]], name: str) -> None:
    assert told(event(name)) == ["check_publisher"]


@pytest.mark.parametrize("name", ["participant_left", "participant_connection_aborted", "track_unpublished"])
def test_a_publisher_that_left_makes_us_look(told: Callable[..., list[str]], name: str) -> None:
    assert told(event(name, who="camera_cam-1_publisher")) == ["check_publisher"]


def test_viewers_that_come_and_go_make_nobody_look(told: Callable[..., list[str]]) -> None:
    viewer = f"viewer_{uuid.uuid4()}"
    assert [told(event(name, who=viewer)) for name in ("participant_joined", "participant_left")] == [[], []]


def test_an_event_is_taken_once(told: Callable[..., list[str]]) -> None:
    same = event()
    assert told(same) == ["check_publisher"]
    cache.delete(f"webhook:look:{the_stream('cam-1').pk}")
    assert told(same) == []


def test_many_events_at_once_make_us_look_once(told: Callable[..., list[str]]) -> None:
    assert [told(event()) for _ in range(3)] == [["check_publisher"], [], []]


@pytest.mark.parametrize("metadata", ["", "{", "[]", '{"instance": "another"}'])
def test_what_is_not_ours_is_ignored(told: Callable[..., list[str]], metadata: str) -> None:
    foreign = event()
    foreign["room"]["metadata"] = metadata
    assert told(foreign) == []


def test_an_ingress_is_ours_by_its_name(told: Callable[..., list[str]]) -> None:
    ours, foreign = ({"name": f"{instance}:cam-1:3", "streamKey": "k"} for instance in ("contract", "another"))
    assert told(event("ingress_ended", ingressInfo=ours)) == ["check_publisher"]
    cache.delete(f"webhook:look:{the_stream('cam-1').pk}")
    assert told(event("ingress_ended", ingressInfo=foreign)) == []


def test_without_redis_it_is_still_a_hint(told: Callable[..., list[str]], settings: Settings) -> None:
    dead = {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = {"default": dead}
    assert told(event()) == ["check_publisher"]


@pytest.mark.parametrize(("room", "joined"), [("camera_cam-a", True), ("camera_cam-b", False)])
def test_a_viewer_that_joined_its_cameras_room_is_seen(
    told: Callable[..., list[str]], memory: Memory, room: str, joined: bool
) -> None:
    make_camera("cam-a")
    lease = watch(make_user("operator", METRO="operator"))
    told(event("participant_joined", room, who=f"viewer_{lease.pk}"))
    assert (Reservation.objects.get(pk=lease.pk).joined_at is not None) == joined


def test_a_viewer_nobody_knows_is_no_trouble(told: Callable[..., list[str]]) -> None:
    assert told(event("participant_joined", who=f"viewer_{uuid.uuid4()}")) == []


@pytest.mark.parametrize("state", ["STOPPING", "STOPPED", "STARTING"])
def test_the_end_of_what_nobody_plays_makes_nobody_look(told: Callable[..., list[str]], state: str) -> None:
    Stream.objects.update(state=state)
    assert told(event()) == []


def test_each_camera_is_looked_at_for_itself(told: Callable[..., list[str]]) -> None:
    assert told(event()) == ["check_publisher"]
    watch(make_user("another", METRO="operator"), make_camera("cam-b").camera_id)
    Stream.objects.update(state="LIVE")
    assert told(event(room="camera_cam-b")) == ["check_publisher"]
    assert told(event()) == []
