"""Keeping secrets out of everything that is printed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote

MASK = "***"
LEAST_LENGTH = 3  # Shorter values are too common in ordinary text to be masked by search.
_USERINFO = re.compile(r"(\w+://)[^\s/?#'\"]*@")
_HEADER = re.compile(r"(?i)\b(bearer|basic|digest)\s+\S.*")


class Secret:
    """A value that prints as `***`; `reveal()` gives it."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __repr__(self) -> str:
        return MASK

    __str__ = __repr__


class Redactor:
    """Masks known secrets, in plain and percent-encoded form, and any `scheme://user:password@`."""

    def __init__(self, secrets: Iterable[Secret]) -> None:
        values = {secret.reveal() for secret in secrets}
        forms = {form for value in values for form in (value, quote(value, safe=""), quote(value))}
        known = sorted((form for form in forms if len(form) >= LEAST_LENGTH), key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

    def clean(self, text: str) -> str:
        text = self._known.sub(MASK, text) if self._known else text
        return _HEADER.sub(rf"\1 {MASK}", _USERINFO.sub(rf"\1{MASK}@", text))
