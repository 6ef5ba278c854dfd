"""Guessing passwords is slowed: ten failures in five minutes per user name and address.

Counted in the cache. Where that is down nobody is refused: an outage of Redis must not lock the operators out.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.cache import cache
from redis import RedisError

FAILURES = 10
WINDOW_SECONDS = 300

log = logging.getLogger(__name__)


def too_many(username: str, address: str) -> bool:
    with _outage_forgiven():
        return int(cache.get(_key(username, address), 0)) >= FAILURES
    return False


def failed(username: str, address: str) -> None:
    """The window starts with the first failure and is not prolonged by later ones."""
    with _outage_forgiven():
        key = _key(username, address)
        cache.add(key, 0, WINDOW_SECONDS)
        cache.incr(key)


def succeeded(username: str, address: str) -> None:
    with _outage_forgiven():
        cache.delete(_key(username, address))


def _key(username: str, address: str) -> str:
    """Hashed, because a user name may hold what a cache key may not."""
    return "login:" + hashlib.sha256(f"{username.casefold()}\n{address}".encode()).hexdigest()


@contextmanager
def _outage_forgiven() -> Iterator[None]:
    """ValueError: the key ran out between add and incr."""
    try:
        yield
    except (RedisError, OSError, ValueError) as error:
        log.warning("login failures are not counted: %s", type(error).__name__)
