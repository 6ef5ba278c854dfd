"""LiveKit in the SFU contract: the protocol-level fake always, the real servers where this machine has them.

Statuses are those of LiveKit 1.11.0 to 1.13.5 and Ingress 1.5.0. A key of theirs names its room by itself, so another
camera's key leads to the other camera, wherever it is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from typing import Any, Protocol

import pytest

from streaming.media.livekit_sfu import LiveKitSfu
from streaming.media.ports import MediaError
from tests.contract.livekit_fake import FakeLiveKit
from tests.contract.livekit_page import page
from tests.contract.livekit_servers import LOOPBACK, LiveKitServers
from tests.contract.real_servers import program
from tests.contract.sfu_bench import CAMERA, OTHER, PEERS, Bench, Expected, Peer, until

BAD = ("", "garbage", "v=0\r\n", "v=0\r\nm=video garbage", "v=0\r\nm=video " + "x" * 200_000)
EXPECTED = {
    "ingress": Expected(
        wrong_key=404, foreign_key=500, bad_sdp=dict.fromkeys(BAD, 500), publisher_stays=45.0
    ),
    "whip": Expected(wrong_key=401, foreign_key=400, bad_sdp={"v=0\r\n": 503}, publisher_stays=25.0),
}  # fmt: skip


class LiveKitLike(Protocol):
    """A LiveKit that can be killed and started again; `settings` lead the adapter to it."""

    settings: dict[str, Any]

    def kill(self) -> None: ...
    def start(self) -> None: ...


class RealLiveKit:
    def __init__(self, servers: LiveKitServers) -> None:
        self.servers, self.settings = servers, servers.settings

    def kill(self) -> None:
        self.servers.livekit.kill()

    def start(self) -> None:
        self.servers.start()


class LiveKitBench(Bench):
    publishers_environment = {"ICE_ADDRESS": LOOPBACK}

    def __init__(self, server: LiveKitLike, ingest: str, leave: ExitStack) -> None:
        super().__init__(LiveKitSfu(), leave)
        self.server, self.expected = server, EXPECTED[ingest]

    def stop(self) -> None:
        self.server.kill()

    def start(self) -> None:
        """LiveKit takes rooms over 5 s after the last sign of the server that held them (selector.AvailableSeconds)."""
        self.server.start()
        until(self._holds_its_rooms, 15.0)

    def _holds_its_rooms(self) -> bool:
        try:
            for camera_id in self.sfu.list_rooms():
                self.sfu.ensure_room(camera_id)
        except MediaError:
            return False
        return True

    def view(self, reservation_id: str, camera_id: str = CAMERA) -> Peer:
        access = self.sfu.viewer_access(camera_id, reservation_id)
        at = self._leave.enter_context(page())
        environment = {"TOKEN": access.token or "", "PYTHONPATH": str(PEERS.parents[1])}
        return self.peer("chromium_livekit.py", at, access.url or "", **environment)

    def browse(self, reservation_id: str, camera_id: str = CAMERA) -> Peer:
        return self.view(reservation_id, camera_id)


def _swept(camera_id: str) -> bool:
    """One call may take as long as LiveKit waits for an Ingress that was killed."""
    try:
        LiveKitSfu().delete_ingests(camera_id, up_to=99)
        LiveKitSfu().delete_room(camera_id)
    except MediaError:
        return False
    return True


@contextmanager
def livekit_bench(request: pytest.FixtureRequest, *, real: bool, ingest: str) -> Iterator[LiveKitBench]:
    settings = request.getfixturevalue("settings")
    server: LiveKitLike = RealLiveKit(request.getfixturevalue("livekit_servers")) if real else FakeLiveKit()
    own = {"INSTANCE_ID": "contract", "NAME_SUFFIX": "", "LIVEKIT_INGEST": ingest, "TURN_URLS": []}
    for name, value in {**server.settings, **own}.items():
        setattr(settings, name, value)
    server.start()
    with ExitStack() as leave:
        made = LiveKitBench(server, ingest, leave)
        yield made
        made.start()
        for camera_id in (CAMERA, OTHER):
            until(partial(_swept, camera_id), 15.0)
    if not real:
        server.kill()


MakeBench = Callable[[pytest.FixtureRequest], AbstractContextManager[LiveKitBench]]
FAKES: dict[str, MakeBench] = {
    f"livekit-fake-{ingest}": partial(livekit_bench, real=False, ingest=ingest) for ingest in EXPECTED
}
_needs = {"ingress": ("livekit-server", "livekit-ingress"), "whip": ("livekit-server",)}
REAL: dict[str, MakeBench] = {
    f"livekit-{ingest}": partial(livekit_bench, real=True, ingest=ingest)
    for ingest in EXPECTED
    if all(program(name) for name in _needs[ingest])
}
