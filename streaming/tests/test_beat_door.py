"""The short way of a heartbeat says what the ordinary way says, or leaves it to it."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import ApiKey
from accounts.services import api_key_create, api_key_revoke
from streaming.api import beat_door
from streaming.models import Reservation
from streaming.serializers import HeartbeatRequest
from streaming.services.releasing import release
from streaming.services.reports import plain_report
from streaming.services.reserving import reserve
from streaming.states import Layer, Quality, Transport
from tests.cast import make_account

BEAT = "/api/v1/stream/heartbeat/"
database = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("memory", "sent")]
FULL = {
    "frames_decoded": 75, "paused": True, "bitrate": 3e6, "latency_ms": 80, "packets_lost": 2, "rtt_ms": 1.5,
    "quality": "low", "layers": ["high", "low"], "unknown": [1],
}  # fmt: skip
ODD = [
    {"frames_decoded": "75"}, {"frames_decoded": 7.0}, {"frames_decoded": True}, {"frames_decoded": -1},
    {"frames_decoded": 2**62 + 1}, {"paused": None}, {"paused": "true"}, {"bitrate": float("nan")},
    {"bitrate": float("inf")}, {"bitrate": 1e13}, {"rtt_ms": False}, {"latency_ms": "1"}, {"quality": "best"},
    {"quality": None}, {"quality": ["low"]}, {"layers": []}, {"layers": None}, {"layers": "low"}, {"layers": ["mid"]},
    {"layers": [["low"]]}, {"layers": ["low", "low", "low"]}, {"layers": {"low": 1}},
]  # fmt: skip
BAD = [
    b"", b"[]", b"null", b"{", b"{}x", b"\xff{}", b"[" * 4000, b"{}" + b" " * 5000, json.dumps({}).encode("utf-16"),
]  # fmt: skip


def scope(reservation_id: Any, key: str, **more: Any) -> dict[str, Any]:
    headers = {"host": "x", "content-type": "application/json", "authorization": f"Bearer {key}"}
    headers.update(more.pop("headers", {}))
    raw = [(name.encode(), value.encode()) for name, value in headers.items() if value is not None]
    given_more = {"method": "POST", "query_string": b"", **more}
    return {"type": "http", "path": f"{BEAT}{reservation_id}", "headers": raw, **given_more}


@pytest.fixture
def account(agency_a):
    return make_account(agency_codes=["METRO"])


@pytest.fixture
def key(account):
    row, text = api_key_create(account=account)
    ApiKey.objects.filter(pk=row.pk).update(last_used_at=timezone.now())
    return text


@pytest.fixture
def lease(account, camera_a):
    return reserve(caller=account, camera_id="cam-a", quality=Quality.AUTO, transport=Transport.AUTO)[0]


def short(lease: Reservation, key: str, body: bytes = b"{}") -> dict[str, Any] | None:
    asked = beat_door.plain(scope(lease.pk, key))
    said = beat_door.answer(asked, body) if asked else None
    return None if said is None else json.loads(said)


def ordinary(client: Any, lease: Reservation, key: str, body: bytes) -> Any:
    at, bearer = f"{BEAT}{lease.pk}", f"Bearer {key}"
    return client.post(at, body, content_type="application/json", headers={"Authorization": bearer})


class TestRows:
    pytestmark = database

    def test_it_extends_the_lease_and_says_so_as_the_ordinary_way_does(self, lease, key, client, later):
        later(10)
        said, slow = short(lease, key), ordinary(client, lease, key, b"{}")
        assert said is not None
        assert slow.status_code == 200
        assert set(said) == set(slow.json())
        assert said["state"] == slow.json()["state"]
        row = Reservation.objects.get(pk=lease.pk)
        assert (row.expires_at - lease.expires_at).total_seconds() == pytest.approx(10, abs=2)
        assert row.expires_at.isoformat() == slow.json()["expires_at"]

    def test_it_writes_the_same_facts(self, lease, key, client):
        columns = ["reported", "quality", "layers", "frames_decoded"]
        found = []
        for way in (lambda body: short(lease, key, body), lambda body: ordinary(client, lease, key, body)):
            blank: dict[str, Any] = {
                "reported": {},
                "quality": "auto",
                "layers": "high",
                "frames_decoded": None,
                "paused_since": None,
                "joined_at": None,
            }
            Reservation.objects.filter(pk=lease.pk).update(**blank)
            assert way(json.dumps(FULL).encode())
            row = Reservation.objects.get(pk=lease.pk)
            found.append([*(getattr(row, name) for name in columns), bool(row.paused_since), bool(row.joined_at)])
        assert found[0] == found[1]
        assert found[0][2:4] == ["high,low", 75]

    def test_it_is_one_statement(self, lease, key, django_assert_num_queries):
        with django_assert_num_queries(1):
            assert short(lease, key)

    def test_it_touches_no_index(self, lease, key):
        """A HOT update: with any indexed column in it each heartbeat would write all indexes of the table."""

        def counted() -> tuple[int, int]:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_stat_force_next_flush()")
                cursor.execute("SELECT pg_stat_clear_snapshot()")
                cursor.execute(
                    "SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = 'streaming_reservation'"
                )
                updated, hot = cursor.fetchone()
            return updated, hot

        before = counted()
        for quality in ("low", "high"):
            assert short(lease, key, json.dumps({"quality": quality, "paused": quality == "low"}).encode())
        assert [after - once for after, once in zip(counted(), before, strict=True)] == [2, 2]

    def test_other_layers_than_before_are_told_to_the_worker(self, lease, key, camera_a, sent):
        camera_a.sub_url = "rtsp://127.0.0.1/sub"
        camera_a.save()
        sent.clear()
        for _ in range(2):
            short(lease, key, b'{"layers": ["low"]}')
        assert sent == [("layers", (lease.stream_id, str(lease.pk)))]

    @pytest.mark.parametrize("change", [
        {"enabled": False}, {"agency_codes": ["HARBOUR"]}, {"agency_codes": []},
    ])  # fmt: skip
    def test_an_account_that_may_not_watch_there_goes_the_ordinary_way(self, lease, key, account, client, change):
        for name, value in change.items():
            setattr(account, name, value)
        account.save()
        assert short(lease, key) is None
        assert ordinary(client, lease, key, b"{}").status_code in {401, 410}

    def test_all_agencies_are_enough(self, lease, key, account):
        account.agency_codes, account.all_agencies = [], True
        account.save()
        assert short(lease, key)

    def test_a_revoked_key_is_worth_nothing_at_once(self, lease, key):
        api_key_revoke(key=ApiKey.objects.get())
        assert short(lease, key) is None

    @pytest.mark.parametrize("wrong", ["secret", "prefix"])
    def test_a_wrong_key_is_left_to_the_ordinary_way(self, lease, key, wrong):
        prefix, secret = key.split(".")
        other = f"{prefix}.{'x' * 43}" if wrong == "secret" else f"{'0' * 12}.{secret}"
        assert short(lease, other) is None

    def test_another_accounts_lease_is_left_to_the_ordinary_way(self, lease):
        row, text = api_key_create(account=make_account("other", all_agencies=True))
        ApiKey.objects.filter(pk=row.pk).update(last_used_at=timezone.now())
        assert short(lease, text) is None

    def test_a_key_unused_for_a_minute_goes_the_ordinary_way_which_marks_it(self, lease, key, client):
        ApiKey.objects.update(last_used_at=timezone.now() - timedelta(seconds=61))
        assert short(lease, key) is None
        ordinary(client, lease, key, b"{}")
        assert short(lease, key)

    def test_a_lease_that_is_not_alive_is_left_to_the_ordinary_way(self, lease, key, account, later):
        later(46)
        assert short(lease, key) is None
        release(caller=account, reservation_id=lease.pk)
        assert short(lease, key) is None

    def test_a_database_that_is_away_is_left_to_the_ordinary_way(self, lease, key, monkeypatch):
        def away(*_: Any) -> None:
            raise OperationalError("gone")

        monkeypatch.setattr(beat_door, "extend_by_key", away)
        assert short(lease, key) is None
        assert connection.connection is None
        monkeypatch.undo()
        assert short(lease, key)


@pytest.mark.parametrize("change", [
    {"method": "GET"}, {"query_string": b"format=json"},
    {"path": f"{BEAT}nonsense"}, {"path": f"{BEAT}{uuid.uuid4()}/"},
    {"headers": {"authorization": None}}, {"headers": {"authorization": "Bearer short"}},
    {"headers": {"content-type": "text/plain"}}, {"headers": {"content-type": None}},
    {"headers": {"accept": "text/html"}}, {"headers": {"cookie": "sessionid=1", "authorization": None}},
])  # fmt: skip
def test_what_is_no_plain_heartbeat_is_not_taken(change):
    good = scope(uuid.uuid4(), "0123456789ab." + "x" * 43)
    assert beat_door.plain(good)
    assert beat_door.plain(scope(uuid.uuid4(), "0123456789ab." + "x" * 43, **change)) is None


def test_a_header_given_twice_is_not_taken():
    asked = scope(uuid.uuid4(), "0123456789ab." + "x" * 43)
    asked["headers"].append((b"authorization", b"Bearer other"))
    assert beat_door.plain(asked) is None


@pytest.mark.parametrize("body", BAD + [json.dumps(odd).encode() for odd in ODD])
def test_a_body_that_is_not_plainly_right_is_left_to_the_ordinary_way(body):
    assert plain_report(body) is None


NUMBER = st.one_of(st.none(), st.integers(), st.floats(), st.booleans(), st.text(max_size=5))
REPORTS = st.fixed_dictionaries({}, optional={
    "frames_decoded": NUMBER, "packets_lost": NUMBER, "bitrate": NUMBER, "latency_ms": NUMBER, "rtt_ms": NUMBER,
    "paused": st.one_of(st.booleans(), NUMBER), "quality": st.one_of(st.sampled_from(list(Quality)), NUMBER),
    "layers": st.one_of(st.lists(st.one_of(st.sampled_from(list(Layer)), NUMBER), max_size=3), NUMBER),
})  # fmt: skip


@given(REPORTS)
def test_what_is_taken_is_what_the_serializer_reads(report):
    taken = plain_report(json.dumps(report).encode())
    if taken is not None:
        serializer = HeartbeatRequest(data=json.loads(json.dumps(report)))
        assert serializer.is_valid(), serializer.errors
        assert taken == dict(serializer.validated_data)


def told(messages: list[dict[str, Any]]) -> Any:
    async def receive() -> dict[str, Any]:
        return messages.pop(0)

    return receive


async def through(monkeypatch: pytest.MonkeyPatch, content: bytes | None, messages: list[dict[str, Any]]) -> Any:
    """What went out by the short way, and what the ordinary one read."""
    sent: list[dict[str, Any]] = []
    read: list[dict[str, Any]] = []

    async def plain_django(_: Any, receive: Any, send: Any) -> None:
        read.append(await receive())
        while read[-1].get("more_body"):
            read.append(await receive())

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    monkeypatch.setattr(beat_door, "answer", lambda asked, body: content)
    door = beat_door.HeartbeatDoor(plain_django)
    await door(scope(uuid.uuid4(), "0123456789ab." + "x" * 43), told(messages), send)
    return sent, read


async def test_an_answer_goes_out_whole(monkeypatch):
    whole = [{"type": "http.request", "body": b"{}"}]
    (start, body), read = await through(monkeypatch, b'{"state":"LIVE"}', whole)
    assert (start["status"], body["body"], read) == (200, b'{"state":"LIVE"}', [])
    assert dict(start["headers"])[b"Content-Length"] == b"16"


async def test_what_was_read_is_given_to_the_ordinary_way(monkeypatch):
    whole = {"type": "http.request", "body": b"{}"}
    assert await through(monkeypatch, None, [dict(whole)]) == ([], [whole])


async def test_a_body_in_parts_goes_the_ordinary_way(monkeypatch):
    parts = [
        {"type": "http.request", "body": b"{", "more_body": True},
        {"type": "http.request", "body": b"}", "more_body": False},
    ]
    assert await through(monkeypatch, b"{}", list(parts)) == ([], parts)
