"""What PostgreSQL says: leases, agencies over their limit, open streams, the beat's passes, rows written."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg

ACTIVE = "SELECT id::text FROM streaming_reservation WHERE state = 'ACTIVE'"
UNFINISHED = "SELECT state, count(*) FROM streaming_stream WHERE state NOT IN ('STOPPED', 'FAILED') GROUP BY state"
# As admission counts: the agency that owns the camera's stream pays.
OVER = """
    SELECT agency.code, own.cameras, count(DISTINCT lease.camera_id)
    FROM streaming_reservation AS lease
    JOIN streaming_stream AS stream ON stream.id = lease.stream_id
    JOIN cameras_agency AS agency ON agency.id = stream.agency_id
    JOIN quotas_agencylimit AS own ON own.agency_id = agency.id
    WHERE lease.state = 'ACTIVE'
    GROUP BY agency.code, own.cameras
    HAVING count(DISTINCT lease.camera_id) > own.cameras
"""
PASSES = "SELECT name, extract(epoch FROM began_at)::float8, seconds FROM streaming_pass"
WRITTEN = "SELECT relname, n_tup_ins, n_tup_upd, n_tup_del, n_tup_hot_upd FROM pg_stat_user_tables"
COMMITS = "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()"
STARTS = """
    SELECT extract(epoch FROM live_at - started_at)::float8 FROM streaming_stream
    WHERE live_at > to_timestamp(%s) AND live_at >= started_at
"""


@dataclass(frozen=True)
class Written:
    inserted: int
    updated: int
    deleted: int
    hot: int  # of the updates: those that touched no index

    def __sub__(self, other: Written) -> Written:
        return Written(
            self.inserted - other.inserted,
            self.updated - other.updated,
            self.deleted - other.deleted,
            self.hot - other.hot,
        )

    @property
    def total(self) -> int:
        return self.inserted + self.updated + self.deleted


class Rows:
    """A connection of our own, outside any transaction."""

    def __init__(self, dsn: str) -> None:
        self._connection = psycopg.connect(dsn, autocommit=True, connect_timeout=5)

    def active(self) -> frozenset[str]:
        return frozenset(lease for (lease,) in self._connection.execute(ACTIVE))

    def unfinished(self) -> dict[str, int]:
        """Streams that are not verified gone, by state."""
        return dict(self._connection.execute(UNFINISHED).fetchall())

    def over(self) -> list[str]:
        """Agencies with more cameras watched than they may."""
        return [f"{code}: {used} of {limit}" for code, limit, used in self._connection.execute(OVER)]

    def passes(self) -> list[tuple[str, float, float]]:
        """Name, when it began, seconds."""
        return [(name, began, seconds) for name, began, seconds in self._connection.execute(PASSES)]

    def written(self) -> dict[str, Written]:
        """So far, by table; PostgreSQL's own counters come late by up to a minute."""
        return {name: Written(*counts) for name, *counts in self._connection.execute(WRITTEN)}

    def commits(self) -> int:
        found = self._connection.execute(COMMITS).fetchone()
        return int(found[0]) if found else 0

    def starts(self, since: float) -> list[float]:
        """Seconds from the last start to LIVE, of streams that became so after `since` (epoch)."""
        return [seconds for (seconds,) in self._connection.execute(STARTS, [since])]

    def close(self) -> None:
        self._connection.close()
