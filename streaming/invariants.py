"""What must hold between rows and the world outside: pure, for `check_system` and the tests (docs/design/lifecycle.md).

In motion some of it is normal for a moment: a pusher that has just died, an ejection under way. What lasts longer than
a reconcile is a fault. The invariants of rows alone hold at any instant: streaming.lifecycle.invariants.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from streaming.reconcile import Kind, Row, Thing, World, plan

INVARIANTS = {
    # rows alone
    "lease_without_stream": "An ACTIVE lease has a stream in an open state, of its own camera.",
    "two_open_streams": "A camera has at most one open stream.",
    "lease_overdue": "No lease stays ACTIVE for longer than 2 s past its end.",
    "agency_over_limit": "No camera was let in while its agency's limit was reached.",
    "system_over_limit": "No camera was let in while the system's limit was reached.",
    # rows and the world
    "pusher_missing": "A LIVE stream has a pusher of its generation, and it runs.",
    "pusher_twice": "No generation has more than one pusher.",
    "ingest_missing": "A LIVE stream has an ingest of its generation.",
    "ingest_twice": "No generation has more than one ingest.",
    "not_publishing": "A LIVE stream is published in its room by its generation.",
    "path_missing": "A LIVE stream has its path in the gateway.",
    "thing_without_row": "Nothing of ours is outside without a row, nor of a generation that is over.",
    "identity_twice": "No identity is in the rooms twice.",
    "participant_without_lease": "Whoever is in a room holds an ACTIVE lease.",
    "hls_without_lease": "Whoever plays HLS holds an ACTIVE lease.",
    "old_source": "A stream plays its camera's source of now.",
    "other_layers": "A pusher feeds what its viewers want.",
    "disabled_but_open": "A camera that is switched off has no open stream.",
}


@dataclass(frozen=True, slots=True)
class Breach:
    """One invariant that does not hold. `camera_id` is empty where it is about an agency or the system."""

    invariant: str
    camera_id: str = ""
    params: tuple[tuple[str, Any], ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        return {"invariant": self.invariant, "camera_id": self.camera_id, **dict(self.params)}


def breach(invariant: str, camera_id: str = "", **params: Any) -> Breach:
    assert invariant in INVARIANTS
    return Breach(invariant, camera_id, tuple(sorted(params.items())))


def broken(world: World, rows: list[Row]) -> list[Breach]:
    """Of a kind whose listing failed nothing is said."""
    return [*_streams(world, rows), *_of_plan(world, rows), *_twice(world)]


def _streams(world: World, rows: list[Row]) -> Iterator[Breach]:
    for row in rows:
        pusher = Thing(Kind.PUSHER, row.camera_id, row.generation)
        runs = pusher in world.things and pusher not in world.ended
        if row.playing and Kind.PUSHER in world.listed and not runs:
            yield breach("pusher_missing", row.camera_id, generation=row.generation)


def _of_plan(world: World, rows: list[Row]) -> Iterator[Breach]:
    """Whatever the reconciler would do says that something is not as it should be; but for the drain it only judges."""
    todo, cameras = plan(world, rows), {row.stream: row.camera_id for row in rows}
    for thing in todo.remove:
        yield breach("thing_without_row", thing.camera_id, kind=thing.kind.value, generation=thing.generation)
    for camera_id, identity in todo.eject:
        yield breach("participant_without_lease", camera_id, identity=identity)
    for session in todo.kick:
        yield breach("hls_without_lease", session.camera_id, viewer=session.viewer)
    named = {
        "not_publishing": todo.check,
        "ingest_missing": todo.ingestless,
        "path_missing": todo.paths,
        "old_source": todo.restart,
        "other_layers": todo.feed,
        "disabled_but_open": todo.stop,
    }
    for name, streams in named.items():
        yield from (breach(name, cameras[pk], stream=pk) for pk in streams)


def _twice(world: World) -> Iterator[Breach]:
    for thing in sorted(world.twice, key=lambda thing: (thing.kind, thing.camera_id, thing.generation or 0)):
        yield breach(f"{thing.kind}_twice", thing.camera_id, generation=thing.generation)
    for camera_id, identity in sorted(world.doubles):
        yield breach("identity_twice", camera_id, identity=identity)
