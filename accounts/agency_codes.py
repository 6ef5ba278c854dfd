"""Which agency codes exist. The app that has the agencies says so, because this one never imports it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

_sources: list[Callable[[], Iterable[str]]] = []


def register(source: Callable[[], Iterable[str]]) -> None:
    _sources.append(source)


def known() -> list[str]:
    return sorted({code for source in _sources for code in source()})


def check(codes: Iterable[str]) -> None:
    """Raises ValidationError naming the codes no agency has: a typing error would silently show nothing."""
    unknown = sorted(set(codes) - set(known()))
    if unknown:
        raise ValidationError(_("There is no agency %(codes)s."), params={"codes": ", ".join(unknown)})
