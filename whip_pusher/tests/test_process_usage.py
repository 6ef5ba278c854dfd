"""What the process says of its own cost is true."""

from __future__ import annotations

import tempfile
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from whip_pusher import process_usage
from whip_pusher.process_usage import MB, ProcessMeter, over_memory


def test_cpu_is_counted_since_the_last_sample() -> None:
    meter = ProcessMeter()
    until = time.monotonic() + 0.3
    while time.monotonic() < until:
        pass
    busy = meter.sample().cpu_percent
    time.sleep(0.3)
    idle = meter.sample().cpu_percent
    assert busy is not None
    assert idle is not None
    assert idle < 20 < busy


def test_memory_that_is_taken_is_seen() -> None:
    before = process_usage.rss_bytes()
    assert before is not None
    ballast = bytearray(b"x" * 40 * MB)
    after = process_usage.rss_bytes()
    assert after is not None
    assert after - before > 0.9 * len(ballast)


def test_the_ceiling_is_of_resident_memory() -> None:
    resident = process_usage.rss_bytes()
    assert resident is not None
    assert over_memory(resident / MB / 2)
    assert not over_memory(resident / MB * 2)
    assert not over_memory(None)


def test_pss_only_where_it_is_asked_for() -> None:
    meter = ProcessMeter()
    assert meter.sample().pss_mb is None
    shared = meter.sample(pss=True)
    assert shared.pss_mb is not None
    assert shared.rss_mb is not None
    assert 0 < shared.pss_mb <= shared.rss_mb + 1


def test_threads_and_descriptors_are_counted() -> None:
    meter, over = ProcessMeter(), threading.Event()
    before = meter.sample()
    assert before.threads is not None
    assert before.descriptors is not None
    with ExitStack() as leave:
        leave.callback(over.set)
        for _ in range(5):
            leave.enter_context(tempfile.TemporaryFile())
        thread = threading.Thread(target=over.wait)
        thread.start()
        during = meter.sample()
    thread.join()
    assert during.threads is not None
    assert during.descriptors is not None
    assert during.threads - before.threads == 1
    assert during.descriptors - before.descriptors == 5


def test_a_system_that_tells_nothing_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process_usage, "PROC", Path("/nowhere"))
    told = ProcessMeter().sample(pss=True)
    assert (told.rss_mb, told.pss_mb, told.threads, told.descriptors) == (None, None, None, None)
    assert not over_memory(1)
