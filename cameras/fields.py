"""A text column encrypted at rest. The first of FIELD_ENCRYPTION_KEYS writes, all of them read."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models


@lru_cache(maxsize=4)
def _cipher_of(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def _cipher() -> MultiFernet:
    return _cipher_of(tuple(settings.FIELD_ENCRYPTION_KEYS))


class Sealed(str):
    """A token that none of our keys opens: kept as it is, so that one bad row breaks neither list nor admin."""

    __slots__ = ()


@lru_cache(maxsize=4096)
def _opened(keys: tuple[str, ...], token: str) -> str:
    """Kept in memory, because each look at a camera's row reads all of its tokens."""
    try:
        return _cipher_of(keys).decrypt(token.encode()).decode()
    except InvalidToken:
        return Sealed(token)


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]  # generic only in the stubs
    """Stored as Fernet tokens; an empty text stays empty, so that "not set" can be asked in SQL."""

    def get_prep_value(self, value: Any) -> Any:
        if isinstance(value, Sealed):
            return str(value)
        text = super().get_prep_value(value)
        return _cipher().encrypt(text.encode()).decode() if text else text

    def from_db_value(self, value: str | None, expression: object, connection: object) -> str | None:
        return _opened(tuple(settings.FIELD_ENCRYPTION_KEYS), value) if value else value
