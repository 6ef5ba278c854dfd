"""What a check saw: ok, warn or FAIL, and how to mend it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.db import DatabaseError

OK, WARN, FAIL = "ok", "warn", "FAIL"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`seconds`: how long it took to see. `mend`: a command or a page; empty where all is well."""

    name: str
    level: str
    seen: str
    mend: str = ""
    seconds: float = 0.0

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"seconds": round(self.seconds, 3), "mend": "" if self.level == OK else self.mend}

    def as_text(self) -> str:
        mend = f"\n{'':<30}→ {self.mend}" if self.level != OK and self.mend else ""
        return f"{self.level:<5} {self.name:<23} {self.seen}{mend}"


@dataclass(frozen=True, slots=True)
class Check:
    """`needs`: names of checks without whose success this one is not asked."""

    name: str
    see: Callable[[], Iterable[Verdict]]
    needs: frozenset[str] = frozenset()


def run(checks: Iterable[Check]) -> Iterator[Verdict]:
    """Each by itself: one that breaks is a FAIL of its own and keeps no other from being asked."""
    failed: set[str] = set()
    for check in checks:
        if missing := check.needs & failed:
            yield Verdict(check.name, WARN, f"not asked: {', '.join(sorted(missing))} failed", "mend that first")
            continue
        for verdict in _timed(check):
            if verdict.level == FAIL:
                failed.add(check.name)
            yield verdict


def _timed(check: Check) -> Iterator[Verdict]:
    start = time.monotonic()
    try:
        found = list(check.see())
    except DatabaseError as error:
        found = [Verdict(check.name, FAIL, f"PostgreSQL: {_first_line(error)}", "is PostgreSQL up? see its log")]
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what this check saw
        found = [
            Verdict(check.name, FAIL, f"{type(error).__name__}: {_first_line(error)}", "debug_bundle, and report it")
        ]
    seconds = time.monotonic() - start
    yield from (replace(verdict, seconds=verdict.seconds or seconds) for verdict in found)


def _first_line(error: BaseException) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
