"""What a fault is, what comes of it, and the list of all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bench.faults.scene import Scene

HEAL_SECONDS = 30.0


@dataclass(frozen=True)
class Fault:
    """`heals`: seconds within which it must be over. `what`: a sentence for the table and the page."""

    name: str
    what: str
    run: Callable[[Scene], None]
    heals: float = HEAL_SECONDS


@dataclass
class Outcome:
    """Seconds; None where it did not happen in time, or nobody was there to see it. `done`: it came to the fault."""

    name: str
    what: str
    healed: float | None = None
    video: float | None = None
    gap: float | None = None
    bystander: float | None = None
    broken: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    took: float = 0.0
    done: bool = False
    load: float = 0.0  # load average of the last minute when it was done

    @property
    def verdict(self) -> str:
        if not self.done:
            return "NOT DONE"
        return "BROKEN" if self.broken else "ok"

    def as_json(self) -> dict[str, Any]:
        return {**vars(self), "verdict": self.verdict}


FAULTS: dict[str, Fault] = {}


def fault(
    name: str, what: str, *, heals: float = HEAL_SECONDS
) -> Callable[[Callable[[Scene], None]], Callable[[Scene], None]]:
    """Enters the decorated scene into FAULTS."""

    def enter(run: Callable[[Scene], None]) -> Callable[[Scene], None]:
        FAULTS[name] = Fault(name, what, run, heals)
        return run

    return enter
