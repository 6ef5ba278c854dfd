"""Row 5: what a reserve on a live stream costs while 20 clients ask.

Each client is a thread with a connection that it keeps; it reserves the one live camera and releases it at once. All
use one API key, so all wait for the locks of one camera and one account: nothing is slower. Paced: one reserve a second
each, at a random moment of it. Flat out: the next one as soon as the release is answered, which measures how much the
server can do rather than how long an answer takes: latency is then clients ÷ throughput.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from bench.api import Api
from bench.cameras import H264_720
from bench.figures import Row, percentile
from bench.local import Local

CLIENTS = 20
LIMIT_MS = 60
PACE = 1.0  # seconds between two reserves of one client
WARM_UP = 2.0  # seconds that are not counted
HEARTBEAT = 10.0
Act = Callable[[Api], tuple[float, float]]


@dataclass
class Tally:
    """Milliseconds until the answer, and from there to that of the release; list.append is safe between threads."""

    answers: list[float] = field(default_factory=list)
    releases: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    pairs: int = 0  # reserves with their releases, those of the warm-up too


@contextmanager
def held_live(connect: Callable[[], Api], camera_id: str) -> Iterator[None]:
    """The camera is LIVE and stays so: a holder's lease with its heartbeats."""
    api, over = connect(), threading.Event()
    lease = api.reserve(camera_id, wait=15)
    api.close()
    if lease["state"] != "LIVE":
        raise TimeoutError(f"{camera_id} is {lease['state']}: {lease['reason']}")
    beats = threading.Thread(target=_beat, args=(connect(), lease["reservation_id"], over), daemon=True)
    beats.start()
    try:
        yield
    finally:
        over.set()
        beats.join()
        api.release(lease["reservation_id"])
        api.close()


def _beat(api: Api, reservation_id: str, over: threading.Event) -> None:
    while not over.wait(HEARTBEAT):
        api.heartbeat(reservation_id)
        api.close()


def measure(local: Local, *, seconds: float) -> Iterator[Row]:
    names = {PACE: f"{CLIENTS} clients, each 1 a second", 0.0: f"{CLIENTS} clients flat out"}
    with held_live(local.connect, H264_720):
        idle = run(local.connect, look, seconds=seconds, pace=PACE)
        yield Row(name=f"to compare: /healthz, {names[PACE]}", values=idle.answers, unit="ms")
        for pace, words in names.items():
            with local.counting_cpu("web", "web-2", "postgres") as spent:
                tally = run(local.connect, reserve_and_release, seconds=seconds, pace=pace)
            yield _row(f"reserve on a live stream, {words}", tally, seconds, spent)


def _row(name: str, tally: Tally, seconds: float, spent: dict[str, float]) -> Row:
    if tally.errors or not tally.answers:
        raise RuntimeError(f"{name}: {len(tally.errors)} calls failed, first: {tally.errors[:1]}")
    p50, p95 = (percentile(tally.releases, share) for share in (0.5, 0.95))
    each = {program: 1000 * cpu / tally.pairs for program, cpu in spent.items()}
    note = (
        f"p99 {percentile(tally.answers, 0.99):.0f} ms · {len(tally.answers) / seconds:.1f} reserves/s · their "
        f"releases: p50 {p50:.0f}, p95 {p95:.0f} ms · processor time of a reserve with its release: "
        f"web {each['web'] + each['web-2']:.1f}, PostgreSQL {each['postgres']:.1f} ms"
    )
    return Row(name=name, values=tally.answers, unit="ms", limit=LIMIT_MS, at="p95", note=note)


def run(connect: Callable[[], Api], act: Act, *, seconds: float, pace: float) -> Tally:
    """All clients together, for `seconds` after the warm-up; `pace` 0: flat out."""
    tally = Tally()
    begin = time.monotonic() + 0.2
    counted, end = begin + WARM_UP, begin + WARM_UP + seconds
    moments = [_moments(begin, end, pace, random.Random(number)) for number in range(CLIENTS)]
    threads = [threading.Thread(target=_client, args=(connect(), act, tally, due, counted)) for due in moments]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return tally


def _moments(begin: float, end: float, pace: float, chance: random.Random) -> Iterator[float]:
    """When a client's calls are due. A late answer moves none of them, and is counted as late."""
    while begin < end and time.monotonic() < end:
        yield begin + chance.random() * pace if pace else max(begin, time.monotonic())
        begin += pace


def _client(api: Api, act: Act, tally: Tally, moments: Iterator[float], counted: float) -> None:
    try:
        for due in moments:
            time.sleep(max(0.0, due - time.monotonic()))
            answered, released = act(api)
            tally.pairs += 1
            if due >= counted:
                tally.answers.append((answered - due) * 1000)
                tally.releases.append((released - answered) * 1000)
    except Exception as error:  # noqa: BLE001 - a thread's end must be told in the row
        tally.errors.append(f"{type(error).__name__}: {error}")
    finally:
        api.close()


def reserve_and_release(api: Api) -> tuple[float, float]:
    """When each was answered."""
    lease = api.reserve(H264_720)
    reserved = time.monotonic()
    api.release(lease["reservation_id"])
    return reserved, time.monotonic()


def look(api: Api) -> tuple[float, float]:
    """An answer without database: what the machine, the server and our clients cost anyway."""
    api.look()
    return time.monotonic(), time.monotonic()
