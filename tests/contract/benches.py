"""Every SFU there is to test on: the embedded one, LiveKit's fake, and the real LiveKit where this machine has it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.contract import livekit_bench
from tests.contract.janus import janus_server
from tests.contract.livekit_servers import livekit_servers
from tests.contract.sfu_bench import Bench, JanusBench, janus_bench, make_cameras

__all__ = ["bench", "janus", "janus_server", "keyed", "livekit_servers", "media"]
JANUS = {"janus": janus_bench}
ALL = {**JANUS, **livekit_bench.FAKES, **livekit_bench.REAL}
# Where an ingest is something of its own, with a key that can be refused; a token for the SFU's own WHIP cannot be.
KEYED = {name: made for name, made in ALL.items() if not name.endswith("-whip")}
# A fake forwards no media.
MEDIA = {**JANUS, **livekit_bench.REAL}


@pytest.fixture(params=sorted(ALL))
def bench(request: pytest.FixtureRequest, transactional_db: None) -> Iterator[Bench]:
    make_cameras()
    with ALL[request.param](request) as made:
        yield made


@pytest.fixture(params=sorted(KEYED))
def keyed(request: pytest.FixtureRequest, transactional_db: None) -> Iterator[Bench]:
    make_cameras()
    with KEYED[request.param](request) as made:
        yield made


@pytest.fixture(params=sorted(MEDIA))
def media(request: pytest.FixtureRequest, transactional_db: None) -> Iterator[Bench]:
    make_cameras()
    with MEDIA[request.param](request) as made:
        yield made


@pytest.fixture
def janus(request: pytest.FixtureRequest, transactional_db: None) -> Iterator[JanusBench]:
    make_cameras()
    with janus_bench(request) as made:
        yield made
