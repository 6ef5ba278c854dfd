"""What the SFU contract needs of each adapter: the SFU, ways to end and restart it, real publishers and viewers.

Another adapter joins by a bench of its own in `tests.contract.benches`; in what it differs it says in `Expected`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from accounts.models import User
from cameras.models import Agency, Camera
from cctv import clock
from streaming.media.janus_sfu import JanusSfu
from streaming.media.ports import Ingest, Sfu
from streaming.models import Reservation, Stream
from tests.contract.janus import JanusServer
from tests.contract.sdp_door import door

CAMERA, OTHER = "cam-contract", "cam-other"
PEERS = Path(__file__).parent
PYTHON_WITH_GSTREAMER = "/usr/bin/python3"


def until(holds: Callable[[], Any], seconds: float = 8.0) -> Any:
    """What `holds` answers once it is true; fails the test after `seconds`."""
    end = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)
    return found


class Peer:
    """A publisher or viewer program; `frames` is the last count it told."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self.frames, self.said = 0, list[dict[str, Any]]()
        env = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **environment}
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env)
        self._reader = threading.Thread(target=self._listen, daemon=True)
        self._reader.start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            said = json.loads(line)
            self.frames = said.get("frames", self.frames)
            self.said.append(said)

    def receives(self) -> None:
        """Five more frames than now arrive."""
        before = self.frames
        until(lambda: self.frames >= before + 5)

    def widths(self, seconds: float = 0.6) -> set[int]:
        """Of the pictures that come within the next `seconds`."""
        before = len(self.said)
        time.sleep(seconds)
        return {said["width"] for said in self.said[before:] if "width" in said}

    def receives_nothing(self) -> None:
        """Within three seconds there is one second without a frame."""

        def silent() -> bool:
            before = self.frames
            time.sleep(1.0)
            return self.frames == before

        until(silent, 3.0)

    def end(self) -> None:
        self.process.kill()
        self.process.wait(5)
        self._reader.join(5)


@dataclass(frozen=True)
class Expected:
    """What an SFU's WHIP endpoint answers, and what it lets us know."""

    wrong_key: int = 401
    foreign_key: int = 401  # with an SDP that is no good; where the key alone names the camera, the SDP is judged
    bad_sdp: Mapping[str, int] = field(default_factory=dict)  # where it is not 400
    publisher_stays: float = 4.0  # seconds for which a publisher that was killed is still told at most


class Bench:
    """Ways to break the SFU and to publish; how one watches is each SFU's own."""

    expected = Expected()
    publishers_environment: Mapping[str, str] = {}

    def __init__(self, sfu: Sfu, leave: ExitStack) -> None:
        self.sfu, self._leave = sfu, leave

    def stop(self) -> None:
        raise NotImplementedError

    def start(self) -> None:
        raise NotImplementedError

    def view(self, reservation_id: str, camera_id: str = CAMERA) -> Peer:
        raise NotImplementedError

    def browse(self, reservation_id: str, camera_id: str = CAMERA) -> Peer:
        """The same in Chromium."""
        raise NotImplementedError

    def publish(self, ingest: Ingest, **environment: str) -> Peer:
        """A publisher whose media flows."""
        peer = self.start_publisher(ingest, **environment)
        until(lambda: (found := self.sfu.publisher(ingest.camera_id)) and found.generation == ingest.generation)
        return peer

    def start_publisher(self, ingest: Ingest, **environment: str) -> Peer:
        environment = {**self.publishers_environment, "STREAM_KEY": ingest.key.reveal(), **environment}
        return self.peer("gst_peer.py", "publish", ingest.whip_url, **environment)

    def peer(self, program: str, *arguments: str, **environment: str) -> Peer:
        python = sys.executable if program.startswith("chromium") else PYTHON_WITH_GSTREAMER
        peer = Peer([python, str(PEERS / program), *arguments], environment)
        self._leave.callback(peer.end)
        return peer


class JanusBench(Bench):
    """The embedded plane: a real Janus, our signalling behind a small HTTP door."""

    def __init__(self, server: JanusServer, door_url: str, sfu: JanusSfu, leave: ExitStack) -> None:
        super().__init__(sfu, leave)
        self.sfu: JanusSfu = sfu
        self.server, self._door = server, door_url

    def stop(self) -> None:
        self.server.stop()

    def start(self) -> None:
        self.server.start()

    def view(self, reservation_id: str, camera_id: str = CAMERA) -> Peer:
        urls = [f"{self._door}/{verb}/{camera_id}/{reservation_id}" for verb in ("offer", "answer")]
        return self.peer("gst_peer.py", "view", *urls)

    def browse(self, reservation_id: str, camera_id: str = CAMERA) -> Peer:
        return self.peer("chromium_peer.py", self._door, f"{camera_id}/{reservation_id}")


def reservation(camera_id: str = CAMERA) -> str:
    """An ACTIVE lease on the camera's stream, straight into the rows."""
    now, camera = clock.now(), Camera.objects.get(camera_id=camera_id)
    common = {"state_since": now, "due_at": now, "started_at": now, "created_at": now, "agency": camera.agency}
    stream, _ = Stream.objects.get_or_create(
        camera=camera, generation=1, defaults={"state": "LIVE", "source_revision": 1, **common}
    )
    user, _ = User.objects.get_or_create(username="operator")
    lease = {"created_at": now, "expires_at": now, "last_seen_at": now}
    return str(Reservation.objects.create(id=uuid.uuid4(), stream=stream, camera=camera, user=user, **lease).pk)


@contextmanager
def janus_bench(request: pytest.FixtureRequest) -> Iterator[JanusBench]:
    server: JanusServer = request.getfixturevalue("janus_server")
    settings = request.getfixturevalue("settings")
    for name, value in {**server.settings, "INSTANCE_ID": "contract", "NAME_SUFFIX": ""}.items():
        setattr(settings, name, value)
    server.start()
    sfu = JanusSfu()
    with door(sfu, [CAMERA, OTHER]) as at, ExitStack() as leave:
        settings.INTERNAL_BASE_URL = at.url
        yield JanusBench(server, at.url, sfu, leave)
        server.start()
        for camera_id in (CAMERA, OTHER):
            sfu.delete_room(camera_id)


def make_cameras() -> None:
    agency = Agency.objects.create(code="CONTRACT", name_en="Contract")
    for camera_id in (CAMERA, OTHER):
        Camera.objects.create(camera_id=camera_id, name_en=camera_id, agency=agency)
