"""What the contract of a PusherRunner needs of each runner besides itself: to start it, look into it and break it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from pytest_django import Settings

from streaming.media.ports import PusherRunner


class Harness(Protocol):
    refuses_at_start: bool  # whether `start` itself finds that the program is not there
    stop_seconds: float  # how long the runner may take to end a pusher that ignores SIGTERM

    def __init__(self, folder: Path) -> None: ...
    def configure(self, settings: Settings) -> None: ...
    def runner(self) -> PusherRunner:
        """A new adapter object, as in another worker."""
        ...

    def program(self, settings: Settings, *words: str) -> None:
        """What pushers started from now on run."""
        ...

    def alive(self) -> Sequence[Any]:
        """Every process of a pusher, or what stands for one."""
        ...

    def occupy(self, name: str) -> None:
        """Somebody else's, running under that name."""
        ...

    def shown(self, name: str) -> str:
        """All that the runner tells about a pusher to whoever may ask it."""
        ...

    def left_behind(self) -> list[str]:
        """What pushers that were removed left."""
        ...

    def break_down(self) -> None:
        """The runner dies."""
        ...

    def hang(self) -> None:
        """It takes connections and never answers."""
        ...

    def repair(self) -> None:
        """It runs again."""
        ...

    def clear(self) -> None:
        """Nothing runs and nothing is known: as new."""
        ...

    def close(self) -> None:
        """Nothing is left of it."""
        ...
