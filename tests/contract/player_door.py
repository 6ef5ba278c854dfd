"""A door for a whole <camera-player>: our static files, and our API's part in watching, before a `JanusSfu`.

GET / gives a page that holds no player yet. There is one reservation; its heartbeats are kept, and its layers are
set in Janus as the server's task would.
"""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from django.db import connections

from streaming.media import names
from streaming.media.janus_sfu import JanusSfu
from tests.contract.sdp_door import Door, Visit, opened

STATIC = Path(__file__).resolve().parents[2] / "static"
TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css"}
PAGE = """<!doctype html><title>player</title><link rel="stylesheet" href="/static/css/player.css"><body></body>"""


class PlayerDoor(Door):
    def __init__(self, sfu: JanusSfu, camera_id: str, lease: str) -> None:
        self.visit = PlayerVisit
        super().__init__(sfu, [camera_id])
        self.sfu, self.camera_id, self.lease = sfu, camera_id, lease
        self.beats: list[dict[str, Any]] = []
        self.feed: Path | None = None  # told which layers are wanted, as a pusher is
        self.deaf = False  # whether what heartbeats say of layers is not carried out

    def reservation(self) -> dict[str, Any]:
        return {
            "reservation_id": self.lease, "reservation_state": "ACTIVE", "camera_id": self.camera_id, "state": "LIVE",
            "generation": 1, "sfu": "janus", "transport": "webrtc", "quality": "low", "layers": ["high", "low"],
            "room_name": names.room(self.camera_id), "ice_servers": [], "hls_url": None, "reason": None,
            "heartbeat_interval": 15,
        }  # fmt: skip

    def told(self, beat: dict[str, Any]) -> None:
        self.beats.append(beat)
        if self.feed and beat.get("layers"):
            self.feed.with_suffix(".new").write_text(" ".join(beat["layers"]))
            self.feed.with_suffix(".new").rename(self.feed)
        if not self.deaf and beat.get("layers"):
            self.sfu.set_viewer_layers(self.camera_id, self.lease, frozenset(beat["layers"]))


class PlayerVisit(Visit):
    server: PlayerDoor

    def do_GET(self) -> None:
        file = STATIC / self.path.partition("?")[0].removeprefix("/static/")
        if self.path == "/":
            self._answer(200, PAGE, kind="text/html")
        elif self.path.startswith("/static/") and file.is_file():
            self._answer(200, file.read_text(), kind=TYPES.get(file.suffix, "text/plain"))
        elif "/stream/reservations/" in self.path:
            self._json(200, self.server.reservation())
        elif self.path.endswith("/poster"):
            self._answer(204, "")
        elif self.path == "/healthz":  # asked where a socket is lost; there are none here
            self._answer(200, "ok")
        else:
            self._answer(404, "")

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or "{}")
        try:
            self._post(self.path.rpartition("/stream/")[2], body)
        finally:
            connections.close_all()

    def do_DELETE(self) -> None:
        self._answer(204, "")

    def _post(self, call: str, body: dict[str, Any]) -> None:
        sfu, camera_id, lease = self.server.sfu, self.server.camera_id, self.server.lease
        if call == "reserve":
            self._json(201, self.server.reservation())
        elif call.startswith("heartbeat/"):
            self.server.told(body)
            self._json(200, {"state": "LIVE", "expires_at": None})
        elif call.endswith("/offer"):
            offer = sfu.viewer_offer(camera_id, lease)
            self._json(200, {"type": "offer", "sdp": offer.sdp, "tracks": offer.tracks})
        else:
            sfu.viewer_answer(camera_id, lease, body["sdp"])
            self._answer(204, "")

    def _json(self, status: int, body: dict[str, Any]) -> None:
        self._answer(status, json.dumps(body), kind="application/json")


def player_door(sfu: JanusSfu, camera_id: str, lease: str) -> AbstractContextManager[PlayerDoor]:
    return opened(PlayerDoor(sfu, camera_id, lease))
