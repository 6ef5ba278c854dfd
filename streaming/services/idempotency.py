"""Idempotency-Key: unique per caller and key for 24 h; another body under the same key is 422."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import IntegrityError, transaction

from cctv import clock
from cctv.errors import DomainError
from streaming.models import IdempotencyKey

KEEP = timedelta(hours=24)
ABANDONED = timedelta(seconds=30)  # a request that died without an answer


class Once:
    """`answer` is what the first request with this key came to, or None: then do it and `keep` its outcome."""

    def __init__(self, row: IdempotencyKey | None) -> None:
        self._row = row
        self.answer: dict[str, str] | None = row.answer if row and row.status else None

    def keep(self, answer: dict[str, str], status: int) -> None:
        if self._row is not None:
            IdempotencyKey.objects.filter(pk=self._row.pk).update(answer=answer, status=status)


@contextmanager
def once(caller: str, key: str | None, body: bytes) -> Iterator[Once]:
    """A refusal or a failure keeps nothing, so that the same key may try again."""
    if key is None:
        yield Once(None)
        return
    if not 0 < len(key) <= 255 or not key.isprintable():
        raise DomainError("invalid", 400, fields={"Idempotency-Key": ["invalid"]})
    row = _claim(caller, key, hashlib.sha256(body).hexdigest())
    try:
        yield Once(row)
    finally:
        if row.status is None:
            IdempotencyKey.objects.filter(pk=row.pk, status=None).delete()


def _claim(caller: str, key: str, digest: str) -> IdempotencyKey:
    """Our own fresh row, or the answered one of an earlier request."""
    now = clock.now()
    mine = IdempotencyKey.objects.filter(caller=caller, key=key)
    mine.filter(created_at__lt=now - KEEP).delete()
    mine.filter(status=None, created_at__lt=now - ABANDONED).delete()
    try:
        with transaction.atomic():
            return IdempotencyKey.objects.create(caller=caller, key=key, body_sha256=digest, created_at=now)
    except IntegrityError:
        return _earlier(mine.first(), digest)


def _earlier(row: IdempotencyKey | None, digest: str) -> IdempotencyKey:
    if row is not None and row.body_sha256 != digest:
        raise DomainError("idempotency_mismatch", 422)
    if row is None or row.status is None:
        raise DomainError("idempotency_in_progress", 409, retry_after=1)
    return row
