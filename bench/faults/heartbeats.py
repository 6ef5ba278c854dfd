"""A lease kept by a client of our own that beats all the time: a short outage must not pass between two beats."""

from __future__ import annotations

import http.client
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from bench.api import Refused
from bench.local import Local

EVERY = 0.25
# Nobody there, our own "busy", and "the database is away": each says that one may try again.
EXPECTED = {"200", "503", "no answer"}


class Beats:
    """What was answered, and how often."""

    def __init__(self) -> None:
        self.answers: Counter[str] = Counter()
        self._lately: list[str] = []

    def add(self, answer: str) -> None:
        self.answers[answer] += 1
        self._lately.append(answer)

    def well(self, count: int) -> bool:
        """The last `count` were taken."""
        return len(self._lately) >= count and set(self._lately[-count:]) == {"200"}

    def forget(self) -> None:
        """`well` is asked of what comes from here on."""
        self._lately.clear()

    @property
    def strange(self) -> set[str]:
        return set(self.answers) - EXPECTED

    def __str__(self) -> str:
        return ", ".join(f"{count} × {answer}" for answer, count in self.answers.most_common())


@contextmanager
def beating(local: Local, camera_id: str) -> Iterator[Beats]:
    """The lease is released at the end."""
    api = local.connect()
    pk = str(api.reserve(camera_id)["reservation_id"])
    beats, ended = Beats(), threading.Event()
    thread = threading.Thread(target=_beat, args=(local, pk, beats, ended), daemon=True)
    thread.start()
    try:
        yield beats
    finally:
        ended.set()
        thread.join(timeout=40)
        api.close()
        api.release(pk)
        api.close()


def _beat(local: Local, pk: str, beats: Beats, ended: threading.Event) -> None:
    while not ended.wait(EVERY):
        beats.add(_one(local, pk))


def _one(local: Local, pk: str) -> str:
    api, began = local.connect(), time.monotonic()
    try:
        api.heartbeat(pk)
    except Refused as refused:
        return str(refused).split(": ")[1].split()[0]
    except (OSError, http.client.HTTPException):
        return "no answer"
    finally:
        api.close()
    return "200" if time.monotonic() - began < 10 else "200 after more than 10 s"
