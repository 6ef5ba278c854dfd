"""Before a pooled connection is handed out its socket is asked, not PostgreSQL: a second trip with every heartbeat.

A PostgreSQL that ended, or that ended this connection, has closed its end: then there is something to read, if only the
end. Whatever was idle for longer is asked in earnest, as Django would always do: a firewall forgets without a word.
"""

from __future__ import annotations

import select
import time
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

from django.db.backends.postgresql import base
from psycopg import Connection, OperationalError
from psycopg_pool import ConnectionPool

IDLE_SECONDS = 30.0
_handed_out: WeakKeyDictionary[Connection[Any], float] = WeakKeyDictionary()


class DatabaseWrapper(base.DatabaseWrapper):
    @property
    def pool(self) -> Any:
        """Django says which check a pool has and takes no other; a test notices should the pool rename it."""
        pool = super().pool  # type: ignore[misc]  # the stubs don't know it yet
        if pool is not None and pool._check is ConnectionPool.check_connection:
            pool._check = partial(check, pool)
        return pool


def check(pool: ConnectionPool[Any], connection: Connection[Any]) -> None:
    """Raises psycopg.OperationalError for a connection that is gone.

    Seldom is one alone: after a restart of PostgreSQL all are looked at now, or each would cost a second to find.
    """
    now = time.monotonic()
    fresh = now - _handed_out.get(connection, 0.0) < IDLE_SECONDS
    if not fresh or _has_something_to_say(connection):
        try:
            ConnectionPool.check_connection(connection)
        except OperationalError:
            pool.check()
            raise
    _handed_out[connection] = now


def _has_something_to_say(connection: Connection[Any]) -> bool:
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))
