"""Drift: what PostgreSQL holds against what the load believes. Pure.

The rows are read between two looks of the load, so that what moves meanwhile is in one of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LEASE = 45.0  # seconds without a heartbeat after which a lease may go …
SEEN = 2.0  # … and so much later it must be gone


@dataclass(frozen=True)
class Look:
    at: float  # time.monotonic()
    held: frozenset[str]
    leaving: frozenset[str]
    reserving: int
    crashed: Mapping[str, tuple[float, float]]  # last heartbeat: sent, answered


def look_of(said: Mapping[str, Any]) -> Look:
    crashed = {lease: (sent, answered) for lease, (sent, answered) in said["crashed"].items()}
    return Look(said["at"], frozenset(said["held"]), frozenset(said["leaving"]), said["reserving"], crashed)


@dataclass(frozen=True)
class Drift:
    """`lost`: we hold them and PostgreSQL does not. `ghosts`: it has them ACTIVE, and nobody is there."""

    lost: tuple[str, ...] = ()
    ghosts: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        return len(self.lost) + len(self.ghosts)


def drift(before: Look, active: frozenset[str], after: Look) -> Drift:
    """`active`: ids of the ACTIVE leases, read between the looks."""
    crashed = {**before.crashed, **after.crashed}
    young = {lease for lease, (sent, _) in crashed.items() if after.at < sent + LEASE}
    dying = {lease for lease, (_, answered) in crashed.items() if before.at < answered + LEASE + SEEN}
    sure = (before.held & after.held) | young
    known = before.held | after.held | before.leaving | after.leaving | dying | young
    ghosts = active - known
    # A reservation that is answered after the second look has no name yet.
    unnamed = len(ghosts) if len(ghosts) <= after.reserving else 0
    return Drift(tuple(sorted(sure - active)), tuple(sorted(ghosts)[unnamed:]))
