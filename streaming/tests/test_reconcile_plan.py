"""The pure plan, case by case."""

from __future__ import annotations

from dataclasses import replace

import pytest

from streaming.reconcile import Hls, Kind, Plan, Row, Thing, World, plan

EVERY = frozenset(Kind)
ALL = EVERY - {Kind.INGEST}  # whose own cases are below
INGEST = Thing(Kind.INGEST, "a", 1)
PUSHER_1 = Thing(Kind.PUSHER, "a", 1)
PUSHER_2 = Thing(Kind.PUSHER, "a", 2)
ROOM = Thing(Kind.ROOM, "a")
PATH = Thing(Kind.PATH, "a")
SESSION = Hls("session", "a", "viewer_w")
WATCHED = frozenset({"viewer_w"})
LIVE_1 = Row(stream=7, camera_id="a", generation=1, playing=True, viewers=WATCHED)
ENDING_1 = Row(stream=7, camera_id="a", generation=1, playing=False, ending=True)
STARTING_2 = Row(stream=8, camera_id="a", generation=2, playing=False, viewers=WATCHED)


def world(*things: Thing, listed: frozenset[Kind] = ALL, **more: object) -> World:
    return World(frozenset(things), listed, **{"publishing": {"a": 1}, **more})  # type: ignore[arg-type]


CASES = {
    "everything as it should be": (world(PUSHER_1, ROOM, PATH), [LIVE_1], Plan()),
    "a pusher without a row": (world(PUSHER_1), [], Plan(remove=(PUSHER_1,))),
    "a pusher of another generation": (world(PUSHER_2, PATH), [LIVE_1], Plan(remove=(PUSHER_2,))),
    "a room without a row": (world(ROOM), [], Plan(remove=(ROOM,))),
    "a room whose stream is ending": (world(ROOM), [ENDING_1], Plan()),
    "an ending pusher while a newer life starts": (world(PUSHER_1, ROOM), [ENDING_1, STARTING_2], Plan()),
    "a kind whose list failed is left alone": (world(PUSHER_1, listed=ALL - {Kind.PUSHER}), [], Plan()),
    "a live stream that does not publish": (world(PATH, ROOM, publishing={}), [LIVE_1], Plan(check=(7,))),
    "… of which the rooms are not known": (world(PATH, listed=ALL - {Kind.ROOM}, publishing={}), [LIVE_1], Plan()),
    "a live stream with its ingest": (world(INGEST, PATH, ROOM, listed=EVERY), [LIVE_1], Plan()),
    "… without": (world(PATH, ROOM, listed=EVERY), [LIVE_1], Plan(ingestless=(7,))),
    "… that does not publish either": (world(PATH, listed=EVERY, publishing={}), [LIVE_1], Plan(check=(7,))),
    "… of which the ingests are not known": (world(PATH, ROOM), [LIVE_1], Plan()),
    "an ingest of an older generation": (
        world(INGEST, Thing(Kind.INGEST, "a", 0), PATH, listed=EVERY),
        [LIVE_1],
        Plan(remove=(Thing(Kind.INGEST, "a", 0),)),
    ),
    "a participant without a lease": (
        world(PATH, ROOM, participants={"a": frozenset({"viewer_x"})}),
        [LIVE_1],
        Plan(eject=(("a", "viewer_x"),)),
    ),
    "a participant with its lease": (
        world(PATH, ROOM, participants={"a": frozenset({"viewer_x"})}),
        [Row(7, "a", 1, playing=True, viewers=frozenset({"viewer_x"}))],
        Plan(),
    ),
    "… who publishes, too": (
        world(PATH, ROOM, participants={"a": frozenset({"viewer_x", "viewer_w"})}, publishing={"a": 1}),
        [LIVE_1],
        Plan(eject=(("a", "viewer_x"),)),
    ),
    "somebody in two rooms": (  # whoever holds its lease in one of them is a stranger in the other
        world(PATH, ROOM, participants={"a": WATCHED, "b": WATCHED}, doubles=frozenset({("b", "viewer_w")})),
        [LIVE_1],
        Plan(eject=(("b", "viewer_w"),)),
    ),
    "somebody twice in his own room": (
        world(PATH, ROOM, participants={"a": WATCHED}, doubles=frozenset({("a", "viewer_w")})),
        [LIVE_1],
        Plan(),
    ),
    "two pushers of one generation": (
        world(PUSHER_1, PATH, ROOM, twice=frozenset({PUSHER_1})),
        [LIVE_1],
        Plan(two_pushers=(7,)),
    ),
    "… of a start, which removes them itself": (world(PUSHER_2, twice=frozenset({PUSHER_2})), [STARTING_2], Plan()),
    "… of another generation": (
        world(PUSHER_2, PATH, twice=frozenset({PUSHER_2})),
        [LIVE_1],
        Plan(remove=(PUSHER_2,)),
    ),
    "two ingests of one generation": (
        world(INGEST, PATH, ROOM, listed=EVERY, twice=frozenset({INGEST})),
        [LIVE_1],
        Plan(two_ingests=(7,)),
    ),
    "a silent stream whose media is back": (world(PATH, ROOM), [replace(LIVE_1, silent=True)], Plan(heard=(7,))),
    "… whose media is not": (
        world(PATH, ROOM, publishing={}),
        [replace(LIVE_1, silent=True)],
        Plan(check=(7,)),
    ),
    "a pusher that feeds other layers": (world(PATH, ROOM), [replace(LIVE_1, unfed=True)], Plan(feed=(7,))),
    "… of a disabled camera": (
        world(PATH, ROOM),
        [replace(LIVE_1, unfed=True, disabled=True)],
        Plan(stop=(7,)),
    ),
    "… of a start": (world(PUSHER_2), [replace(STARTING_2, unfed=True)], Plan()),
    "a changed source": (
        world(PATH, ROOM),
        [Row(7, "a", 1, playing=True, viewers=WATCHED, source_changed=True)],
        Plan(restart=(7,)),
    ),
    "a stream that nobody watches": (world(PATH, ROOM), [Row(7, "a", 1, playing=True)], Plan(judge=(7,))),
    "a live stream without its path": (world(PUSHER_1, ROOM), [LIVE_1], Plan(paths=(7,))),
    "… of which the paths are not known": (world(PUSHER_1, ROOM, listed=ALL - {Kind.PATH}), [LIVE_1], Plan()),
    "a start whose path is on its way": (world(PUSHER_2), [STARTING_2], Plan()),
    "a path without a row": (world(PATH), [], Plan(remove=(PATH,))),
    "an HLS viewer with its lease": (world(PATH, hls=frozenset({SESSION})), [LIVE_1], Plan()),
    "… of another camera": (
        world(PATH, hls=frozenset({Hls("session", "b", "viewer_w")})),
        [LIVE_1],
        Plan(kick=(Hls("session", "b", "viewer_w"),)),
    ),
    "… without a lease": (
        world(PATH, hls=frozenset({SESSION, Hls("other", "a", "viewer_x")})),
        [LIVE_1],
        Plan(kick=(Hls("other", "a", "viewer_x"),)),
    ),
    "… of a stream that is ending": (world(hls=frozenset({SESSION})), [ENDING_1], Plan(kick=(SESSION,))),
    "… that showed no token of ours": (
        world(PATH, hls=frozenset({Hls("session", "a", "")})),
        [LIVE_1],
        Plan(kick=(Hls("session", "a", ""),)),
    ),
    "a disabled camera": (world(ROOM), [Row(7, "a", 1, playing=True, viewers=WATCHED, disabled=True)], Plan(stop=(7,))),
}


@pytest.mark.parametrize("name", CASES)
def test_plan(name: str) -> None:
    given, rows, expected = CASES[name]
    assert plan(given, rows) == expected
