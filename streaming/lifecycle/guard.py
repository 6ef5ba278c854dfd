"""What keeps one bad row from stopping a pass over many: of the tick, the watch and the reconciler."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from cctv.errors import DomainError

log = logging.getLogger(__name__)


@contextmanager
def each_by_itself() -> Iterator[None]:
    """One row that is locked, or broken, keeps no other waiting: the next tick finds it again."""
    try:
        yield
    except DomainError:
        pass
    except Exception:
        log.exception("a row could not be dealt with")
