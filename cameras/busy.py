"""A lock that another transaction would not give up in time is an answer, not a fault (DESIGN §3.3)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError
from psycopg.errors import DeadlockDetected, LockNotAvailable

from cctv.errors import DomainError


@contextmanager
def busy_when_locked() -> Iterator[None]:
    """Turns a lock waited for longer than `lock_timeout`, or a deadlock, into DomainError `busy` (503, after 1 s).

    Put it around whatever writes rows that others lock, outside the transaction: what it raises rolls that back.
    """
    try:
        yield
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable | DeadlockDetected):
            raise DomainError("busy", 503, retry_after=1) from error
        raise
