"""The pure plan, case by case."""

from __future__ import annotations

import pytest

from streaming.reconcile import Kind, Plan, Row, Thing, World, plan

ALL = frozenset(Kind)
PUSHER_1 = Thing(Kind.PUSHER, "a", 1)
PUSHER_2 = Thing(Kind.PUSHER, "a", 2)
ROOM = Thing(Kind.ROOM, "a")
WATCHED = frozenset({"viewer_w"})
LIVE_1 = Row(stream=7, camera_id="a", generation=1, playing=True, viewers=WATCHED)
ENDING_1 = Row(stream=7, camera_id="a", generation=1, playing=False, ending=True)
STARTING_2 = Row(stream=8, camera_id="a", generation=2, playing=False, viewers=WATCHED)


def world(*things: Thing, listed: frozenset[Kind] = ALL, **more: object) -> World:
    return World(frozenset(things), listed, **{"publishing": {"a": 1}, **more})  # type: ignore[arg-type]


CASES = {
    "everything as it should be": (world(PUSHER_1, ROOM), [LIVE_1], Plan()),
    "a pusher without a row": (world(PUSHER_1), [], Plan(remove=(PUSHER_1,))),
    "a pusher of another generation": (world(PUSHER_2), [LIVE_1], Plan(remove=(PUSHER_2,))),
    "a room without a row": (world(ROOM), [], Plan(remove=(ROOM,))),
    "a room whose stream is ending": (world(ROOM), [ENDING_1], Plan()),
    "an ending pusher while a newer life starts": (world(PUSHER_1, ROOM), [ENDING_1, STARTING_2], Plan()),
    "a kind whose list failed is left alone": (world(PUSHER_1, listed=ALL - {Kind.PUSHER}), [], Plan()),
    "a live stream that does not publish": (world(ROOM, publishing={}), [LIVE_1], Plan(check=(7,))),
    "… of which the rooms are not known": (world(listed=ALL - {Kind.ROOM}, publishing={}), [LIVE_1], Plan()),
    "a participant without a lease": (
        world(ROOM, participants={"a": frozenset({"viewer_x"})}),
        [LIVE_1],
        Plan(eject=(("a", "viewer_x"),)),
    ),
    "a participant with its lease": (
        world(ROOM, participants={"a": frozenset({"viewer_x"})}),
        [Row(7, "a", 1, playing=True, viewers=frozenset({"viewer_x"}))],
        Plan(),
    ),
    "a changed source": (
        world(ROOM),
        [Row(7, "a", 1, playing=True, viewers=WATCHED, source_changed=True)],
        Plan(restart=(7,)),
    ),
    "a stream that nobody watches": (world(ROOM), [Row(7, "a", 1, playing=True)], Plan(judge=(7,))),
    "a disabled camera": (world(ROOM), [Row(7, "a", 1, playing=True, viewers=WATCHED, disabled=True)], Plan(stop=(7,))),
}


@pytest.mark.parametrize("name", CASES)
def test_plan(name: str) -> None:
    given, rows, expected = CASES[name]
    assert plan(given, rows) == expected
