"""Passwords in other parts of a camera's URL than the user's: `?password=…`, `/user=admin_password=…_channel=1`."""

from __future__ import annotations

import re
from urllib.parse import unquote_plus

PASSWORDS = frozenset({"password", "passwd", "pass", "pwd", "psw", "token", "auth", "key", "secret"})
USERS = frozenset({"user", "username", "usr", "login"})
# A value ends where the next pair begins; XMeye's cameras put an underscore between two of them.
_PAIR = re.compile(r"(?:^|[/?&;_])([A-Za-z]+)=((?:(?!_[A-Za-z]+=)[^/?&;#])*)")


def passwords(url: str) -> tuple[str, ...]:
    """Those in its path and query, as they stand there and as they are meant."""
    raw = [value for name, value in _pairs(url) if name in PASSWORDS]
    return tuple(dict.fromkeys(form for value in raw for form in (value, unquote_plus(value)) if form))


def has_login(url: str) -> bool:
    """Whether its user part, path or query names a user or a password."""
    named = any(value and name in PASSWORDS | USERS for name, value in _pairs(url))
    return named or "@" in url.partition("?")[0]


def _pairs(url: str) -> list[tuple[str, str]]:
    return [(name.lower(), value) for name, value in _PAIR.findall(url.partition("://")[2])]
