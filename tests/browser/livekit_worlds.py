"""A camera's room in LiveKit, and ways to hurt it: the stand-in of livekit_stub.mjs always, a real server where met.

Both publish a moving picture when they begin.
"""

from __future__ import annotations

import os
import signal
import subprocess
import uuid
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Protocol

import httpx
from livekit.api import AccessToken, VideoGrants
from playwright.sync_api import Page
from pytest_django import Settings

from streaming.media import livekit_tokens, names
from tests.browser.page_site import page_site
from tests.contract.livekit_servers import LOOPBACK, LiveKitServers
from tests.contract.real_servers import program
from tests.contract.sfu_bench import CAMERA, PEERS, PYTHON_WITH_GSTREAMER, until

STUB = Path(__file__).with_name("livekit_stub.mjs")
MODULE = "/static/vendor/livekit.mjs"
TRACKS = {  # of gst_peer.py
    "high": {"SIZE": "640x360", "PATTERN": "smpte"},
    "low": {"LOW": "160x90"},
    "audio": {"AUDIO": "opus"},
}
LAYERS = Path(__file__).with_name("publish_layers.js").read_text()


def reservation(url: str, token: str, lease: str) -> dict[str, Any]:
    return {
        "reservation_id": lease, "camera_id": CAMERA, "generation": 1, "room_name": names.room(CAMERA),
        "sfu": "livekit", "livekit_url": url, "livekit_token": token, "ice_servers": [],
    }  # fmt: skip


class World(Protocol):
    """`replaced` and `origins`: for the page's site. `began(page)` is called when the viewer's page is there."""

    replaced: Mapping[str, Path]
    origins: list[str]

    def begin(self) -> None: ...
    def began(self, page: Page) -> None: ...
    def lease(self, *, token: str | None = None) -> dict[str, Any]: ...
    def kick(self, lease: dict[str, Any]) -> None: ...
    def delete_room(self) -> None: ...
    def die(self) -> None: ...
    def publish(self, on: bool) -> None: ...
    def freeze(self, on: bool) -> None:
        """The publisher stays, but no frames come from it while it is `on`."""
        ...

    def publish_layers(self) -> None:
        """Instead of the publisher of the beginning, one whose video has layers."""
        ...

    def publish_tracks(self, *names: str) -> None:
        """Instead, one with a track for each of `high` (640 pixels wide), `low` (160) and `audio`, in this order."""
        ...

    def end(self) -> None: ...


class StubWorld:
    origins: list[str] = []
    replaced: Mapping[str, Path] = {MODULE: STUB}

    def __init__(self, _settings: Settings, _folder: Path) -> None:
        self._page: Page | None = None

    def begin(self) -> None: ...

    def began(self, page: Page) -> None:
        self._page = page
        page.evaluate(f"import('{MODULE}')")
        self._do(f"publisher = '{names.publisher(CAMERA)}'")

    def lease(self, *, token: str | None = None) -> dict[str, Any]:
        lease = str(uuid.uuid4())
        return reservation("ws://stub", token or names.viewer(lease), lease)

    def kick(self, lease: dict[str, Any]) -> None:
        self._do("removeAll('PARTICIPANT_REMOVED')")

    def delete_room(self) -> None:
        self._do("removeAll('ROOM_DELETED')")

    def die(self) -> None:
        self._do("dead = true")
        self._do("removeAll('UNKNOWN_REASON')")

    def publish(self, on: bool) -> None:
        self._do(f"publish({'true' if on else 'false'})")

    def freeze(self, on: bool) -> None:
        self._do(f"camera.frozen = {'true' if on else 'false'}")

    def publish_layers(self) -> None: ...

    def publish_tracks(self, *names: str) -> None:
        assert self._page is not None
        self._page.evaluate("(names) => window.livekitStub.publishTracks(names)", list(names))

    def end(self) -> None: ...

    def _do(self, what: str) -> None:
        assert self._page is not None
        self._page.evaluate(f"void (window.livekitStub.{what})")


class RealWorld:
    """A LiveKit of its own on loopback; the camera is published by GStreamer over the server's own WHIP."""

    replaced: Mapping[str, Path] = {}

    def __init__(self, settings: Settings, folder: Path) -> None:
        path = program("livekit-server")
        assert path is not None
        self._leave = ExitStack()
        self._servers = LiveKitServers(folder, path, None)
        self._leave.callback(self._servers.end)
        for name, value in self._servers.settings.items():
            setattr(settings, name, value)
        self._url: str = self._servers.settings["LIVEKIT_PUBLIC_URL"]
        http = self._url.replace("ws://", "http://")
        self.origins = [self._url, http]
        self._api = self._leave.enter_context(httpx.Client(base_url=f"{http}/twirp/livekit.RoomService/", timeout=5))
        self._publisher: subprocess.Popen[bytes] | None = None
        self._leave.callback(lambda: self.publish(False))

    def begin(self) -> None:
        self._servers.start()
        self._call("CreateRoom", name=names.room(CAMERA))
        self.publish(True)

    def began(self, page: Page) -> None:
        self._page = page

    def lease(self, *, token: str | None = None) -> dict[str, Any]:
        lease = str(uuid.uuid4())
        return reservation(self._url, token or livekit_tokens.viewer(CAMERA, lease), lease)

    def kick(self, lease: dict[str, Any]) -> None:
        identity = names.viewer(lease["reservation_id"])
        self._call("RemoveParticipant", room=names.room(CAMERA), identity=identity)

    def delete_room(self) -> None:
        self._call("DeleteRoom", room=names.room(CAMERA))

    def die(self) -> None:
        self._servers.livekit.kill()

    def publish(self, on: bool) -> None:
        if not on:
            self._end_publisher()
            return
        self._start_publisher()
        until(self._publishes)

    def publish_tracks(self, *names: str, feed: Path | None = None) -> None:
        self.publish(False)
        fed = {"FED": str(feed), "RTSP_LIKE": "1"} if feed else {}
        self._start_publisher(**{key: value for name in names for key, value in TRACKS[name].items()}, **fed)
        until(lambda: self._published() >= (1 if feed else len(names)))

    def _start_publisher(self, **more: str) -> None:
        command = [PYTHON_WITH_GSTREAMER, str(PEERS / "gst_peer.py"), "publish", f"{self._http}/whip/v1"]
        key = self._publisher_token()
        environment = {"PATH": os.environ["PATH"], "STREAM_KEY": key, "ICE_ADDRESS": LOOPBACK, **more}
        self._publisher = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)

    def _publisher_token(self) -> str:
        """Not the adapter's, which asks the database; a browser's test runs in an event loop, where that is refused."""
        grants = VideoGrants(room_join=True, room=names.room(CAMERA), can_publish=True)
        return self._token().with_identity(names.publisher(CAMERA)).with_grants(grants).to_jwt()

    def _token(self) -> AccessToken:
        return AccessToken(*(self._servers.settings[name] for name in ("LIVEKIT_API_KEY", "LIVEKIT_API_SECRET")))

    @property
    def _http(self) -> str:
        return self._url.replace("ws://", "http://")

    def _end_publisher(self) -> None:
        process, self._publisher = self._publisher, None
        if process is None:
            return
        process.kill()
        process.wait(5)
        if self._servers.livekit.process is not None:
            self._call("RemoveParticipant", room=names.room(CAMERA), identity=names.publisher(CAMERA))

    def freeze(self, on: bool) -> None:
        assert self._publisher is not None
        self._publisher.send_signal(signal.SIGSTOP if on else signal.SIGCONT)

    def publish_layers(self) -> None:
        self.publish(False)
        browser = self._page.context.browser
        assert browser is not None
        site = self._leave.enter_context(page_site(origins=self.origins))
        context = browser.new_context()
        self._leave.callback(context.close)
        page = context.new_page()
        page.goto(site)
        page.evaluate(LAYERS, [self._url, self._publisher_token()])
        until(self._publishes)

    def end(self) -> None:
        self._leave.close()

    def _publishes(self) -> bool:
        return self._published() > 0

    def _published(self) -> int:
        people = self._call("ListParticipants", room=names.room(CAMERA)).get("participants", [])
        return sum(len(each.get("tracks", [])) for each in people if each["identity"] == names.publisher(CAMERA))

    def _call(self, method: str, **body: str) -> dict[str, Any]:
        grants = VideoGrants(room_create=True, room_list=True, room_admin=True, room=names.room(CAMERA))
        headers = {"Authorization": f"Bearer {self._token().with_grants(grants).to_jwt()}"}
        answer: dict[str, Any] = self._api.post(method, json=body, headers=headers).json()
        return answer


WORLDS: dict[str, type[StubWorld] | type[RealWorld]] = {"stub": StubWorld}
if program("livekit-server"):
    WORLDS["livekit-server"] = RealWorld


def made(name: str, settings: Settings, folder: Path) -> Iterator[World]:
    """The world of that name, ended with the generator."""
    world = WORLDS[name](settings, folder)
    try:
        world.begin()
        yield world
    finally:
        world.end()
