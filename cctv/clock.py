"""The one clock: the database's `clock_timestamp()`. Read it after the lock (DESIGN §3.4)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection

offset = timedelta(0)  # tests move time with this


def now() -> datetime:
    """The database server's wall clock, aware, UTC."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (moment,) = cursor.fetchone()
    assert isinstance(moment, datetime)
    return moment + offset
