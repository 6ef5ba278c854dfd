"""Commands that end with exit code 3 where PostgreSQL is away."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.base import CommandError, OutputWrapper
from django.db import Error

NOT_ASKED = 3


@contextmanager
def database_asked(stdout: OutputWrapper, *, as_json: bool) -> Iterator[None]:
    """Raises CommandError with exit code 3, not a traceback; who reads JSON finds an object with `error`."""
    try:
        yield
    except Error as error:
        if as_json:
            stdout.write(json.dumps({"error": "database_away", "detail": str(error).strip()}))
        raise CommandError(f"PostgreSQL could not be asked: {error}", returncode=NOT_ASKED) from None
