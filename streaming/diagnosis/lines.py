"""One thing that happened, as both trace_reservation and debug_bundle tell it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from cctv import reasons


@dataclass(frozen=True, slots=True)
class Line:
    """`what`: a request's action, a stream's move or a column of a lease. `who`: `user:7`, `worker`, …"""

    at: datetime
    what: str
    who: str = ""
    code: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    stream: int | None = None
    generation: int | None = None
    reservation: str | None = None
    note: str = ""

    @property
    def text(self) -> str:
        """The code's sentence in the active language; empty where there is no code."""
        return reasons.text(self.code, self.params) if self.code else ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"at": self.at.isoformat(), "params": dict(self.params), "text": self.text}

    def as_text(self) -> str:
        """One line of a terminal: UTC, what, whose, and why."""
        where = [f"stream {self.stream}" if self.stream else "", f"g{self.generation}" if self.generation else ""]
        why = f"{self.code}: {self.text}" if self.text and self.text != self.code else self.code
        rest = [" ".join(filter(None, where)), self.who, why, self.note]
        moment = self.at.strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
        return f"{moment}Z  {self.what:<22}  " + "  ".join(filter(None, rest))
