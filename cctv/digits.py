"""The digits of whoever reads: Western (`latn`), or in Arabic texts, by his choice, Arabic ones (`arab`)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.utils import translation
from django.utils.formats import localize

LATN, ARAB = "latn", "arab"
_chosen: ContextVar[str] = ContextVar("digits", default=LATN)
# With the signs between digits, but for a date's slash: ٫ is the decimal point, ٬ stands between thousands.
_ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_SIGNS = str.maketrans(".,", "٫٬")


@contextmanager
def override(system: str) -> Iterator[None]:
    token = _chosen.set(system)
    try:
        yield
    finally:
        _chosen.reset(token)


def active() -> str:
    """Arabic digits belong into Arabic texts only: elsewhere they are Western whatever was chosen."""
    arabic = (translation.get_language() or "").startswith("ar")
    return ARAB if arabic and _chosen.get() == ARAB else LATN


def shown(value: Any) -> str:
    """A number, a date or a text about them as the reader writes it. Never for identifiers and addresses."""
    text = str(localize(value))
    if active() == LATN:
        return text
    if isinstance(value, int | float):
        text = text.translate(_SIGNS)
    return text.translate(_ARABIC)
