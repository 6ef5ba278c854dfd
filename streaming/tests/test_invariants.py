"""What must hold, broken one by one: each breach is named, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db.models import F

from quotas.services import agency_limit_set
from streaming.invariants import INVARIANTS, broken
from streaming.lifecycle.invariants import lasting_breaches, row_breaches, world_breaches
from streaming.models import Stream
from streaming.reconcile import Kind, Row, Thing, World
from streaming.services.releasing import release
from streaming.tests.steps import watch
from tests.cast import make_camera

pytestmark = pytest.mark.django_db(transaction=True)
LIVE = Row(7, "a", 1, playing=True, viewers=frozenset({"viewer_w"}))
THERE = frozenset(
    {Thing(Kind.PUSHER, "a", 1), Thing(Kind.INGEST, "a", 1), Thing(Kind.ROOM, "a"), Thing(Kind.PATH, "a")}
)


def names_of(breaches):
    return [breach.invariant for breach in breaches]


def world(things=THERE, listed=frozenset(Kind), **more):
    return World(frozenset(things), listed, **{"publishing": {"a": 1}, **more})


CASES = {
    "all well": (world(), [LIVE], []),
    "no pusher": (world(THERE - {Thing(Kind.PUSHER, "a", 1)}), [LIVE], ["pusher_missing"]),
    "… of which there is no list": (world(THERE - {Thing(Kind.PUSHER, "a", 1)}, frozenset({Kind.ROOM})), [LIVE], []),
    "a pusher of another generation": (
        world(THERE - {Thing(Kind.PUSHER, "a", 1)} | {Thing(Kind.PUSHER, "a", 9)}),
        [LIVE],
        ["pusher_missing", "thing_without_row"],
    ),
    "no ingest": (world(THERE - {Thing(Kind.INGEST, "a", 1)}), [LIVE], ["ingest_missing"]),
    "a pusher that has ended": (world(ended=frozenset({Thing(Kind.PUSHER, "a", 1)})), [LIVE], ["pusher_missing"]),
    "two pushers of one generation": (world(twice=frozenset({Thing(Kind.PUSHER, "a", 1)})), [LIVE], ["pusher_twice"]),
    "two ingests of one generation": (world(twice=frozenset({Thing(Kind.INGEST, "a", 1)})), [LIVE], ["ingest_twice"]),
    "two ingests": (world(THERE | {Thing(Kind.INGEST, "a", 0)}), [LIVE], ["thing_without_row"]),
    "nothing published": (world(publishing={}), [LIVE], ["not_publishing"]),
    "no path": (world(THERE - {Thing(Kind.PATH, "a")}), [LIVE], ["path_missing"]),
    "other layers than are wanted": (world(), [replace(LIVE, unfed=True)], ["other_layers"]),
    "things of nobody": (world(), [], ["thing_without_row"] * 4),
    "a stranger in the room": (
        world(participants={"a": frozenset({"viewer_x"})}),
        [LIVE],
        ["participant_without_lease"],
    ),
    "somebody twice": (world(doubles=frozenset({("a", "viewer_w")})), [LIVE], ["identity_twice"]),
}


@pytest.mark.parametrize("name", CASES)
def test_the_world_beside_the_rows(name):
    given, rows, expected = CASES[name]
    assert names_of(broken(given, rows)) == expected
    assert set(expected) <= set(INVARIANTS)


def test_a_watched_camera_breaks_nothing(camera_a, operator_a, memory, work):
    watch(operator_a)
    work()
    assert (row_breaches(), world_breaches(), lasting_breaches(5)) == ([], [], [])


def test_an_exited_pusher_is_a_missing_one(camera_a, operator_a, memory, work):
    watch(operator_a)
    work()
    memory.exit("cam-a", 1)
    assert names_of(world_breaches()) == ["pusher_missing", "not_publishing"]


def test_a_lease_on_a_stream_that_ended_is_a_breach(camera_a, operator_a, memory, work):
    watch(operator_a)
    Stream.objects.update(state="STOPPED")
    assert names_of(row_breaches()) == ["lease_without_stream"]


def test_a_lease_that_nobody_expired_is_a_breach_after_two_seconds(camera_a, operator_a, memory, later):
    watch(operator_a)
    later(46)
    assert row_breaches() == []
    later(2)
    assert names_of(row_breaches()) == ["lease_overdue"]


def test_more_cameras_than_the_limit_allowed_are_a_breach(agency_a, operator_a, memory, work):
    for name in ("cam-x", "cam-y"):
        watch(operator_a, make_camera(name, agency_a).camera_id)
    Stream.objects.update(watched_since=F("watched_since") - timedelta(seconds=5))
    agency_limit_set(agency=agency_a, cameras=1)
    assert row_breaches() == []  # they were there before the limit
    Stream.objects.filter(camera__camera_id="cam-y").update(watched_since=F("watched_since") + timedelta(seconds=60))
    assert names_of(row_breaches()) == ["agency_over_limit"]


def test_a_limit_that_the_settings_lowered_accuses_nobody(agency_a, operator_a, memory, work, settings):
    """When that was, no row says."""
    for name in ("cam-x", "cam-y"):
        watch(operator_a, make_camera(name, agency_a).camera_id)
    settings.SYSTEM_CAMERA_LIMIT = 1
    assert row_breaches() == []


def test_what_passes_is_not_lasting_and_what_stays_is(camera_a, operator_a, memory, work):
    watch(operator_a)
    work()
    memory.viewers["cam-a"] = {"viewer_stranger"}
    memory.before["list_rooms"] = lambda: memory.before.update(list_rooms=memory.viewers.clear)
    assert lasting_breaches(10) == []
    memory.viewers["cam-a"] = {"viewer_stranger"}
    assert names_of(lasting_breaches(0.1)) == ["participant_without_lease"]


def test_a_stream_is_watched_since_its_camera_was_let_in(camera_a, operator_a, viewer_a, memory, work, later):
    lease = watch(operator_a)
    work()
    first = Stream.objects.get().watched_since
    later(3)
    other = watch(viewer_a)
    assert Stream.objects.get().watched_since == first
    for left, caller in ((lease, operator_a), (other, viewer_a)):
        release(caller=caller, reservation_id=left.pk)
    watch(operator_a)
    assert Stream.objects.filter(watched_since__gt=first).exists()
