"""A Janus of one's own: each publisher in a room of its own, in which others may watch it."""

from __future__ import annotations

import secrets
import threading
import time
import urllib.request
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.pusher.door import Door, Gone
from whip_pusher.tests.janus_sfu import Janus

KEY = "bench-key-0123456789"  # of pushers and of the receiver
FEED = 1
ANSWER_SECONDS = 5.0


@dataclass(frozen=True)
class Published:
    session: int
    room: int


class Refused(Exception):
    """VideoRoom's word for why not."""


class Rooms:
    """`published[NAME]` is the last session of that pusher; a Janus that is killed and started again forgets all."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.janus = Janus(folder)
        self.published: dict[str, Published] = {}
        self.door = Door(self._publish, self._end)

    def watch(self, name: str, receiver_url: str) -> None:
        """Let `whip_pusher.tests.receiver` watch the room of `name`; its lines carry `name` as session."""
        janus = self.janus
        at, offer = self._subscribed(self.published[name].room)
        answer = _answer(receiver_url, name, offer)
        janus.call(at, janus="message", body={"request": "start"}, jsep={"type": "answer", "sdp": answer})

    def _subscribed(self, room: int) -> tuple[str, str]:
        """As soon as there is something to subscribe to: Janus refuses a feed whose connection does not stand yet."""
        session, at = self._attach()
        wanted = {"request": "join", "ptype": "subscriber", "room": room, "streams": [{"feed": FEED}]}
        until = time.monotonic() + ANSWER_SECONDS
        while True:
            self.janus.call(at, janus="message", body=wanted)
            try:
                return at, self._sdp(session)
            except Refused:
                if time.monotonic() > until:
                    raise
                time.sleep(0.02)

    def close(self) -> None:
        self.door.close()
        self.janus.stop()

    def _publish(self, name: str, offer: str) -> str:
        try:
            session, at = self._attach()
            room = secrets.randbelow(1 << 30)
            make = {"request": "create", "room": room, "publishers": 1, "videocodec": "h264"}
            self.janus.call(at, janus="message", body={**make, "audiocodec": "opus,pcma,pcmu"})
            join = {"request": "joinandconfigure", "ptype": "publisher", "room": room, "id": FEED}
            self.janus.call(at, janus="message", body=join, jsep={"type": "offer", "sdp": offer})
            answer = self._sdp(session)
        except (OSError, Refused) as error:
            raise Gone from error
        self.published[name] = Published(session, room)
        return answer

    def _end(self, name: str) -> None:
        if name in self.published:
            with suppress(OSError):  # it took its sessions with it
                self.janus.call(f"/{self.published.pop(name).session}", janus="destroy")

    def _attach(self) -> tuple[int, str]:
        session = int(self.janus.call(janus="create")["data"]["id"])
        found = self.janus.call(f"/{session}", janus="attach", plugin="janus.plugin.videoroom")
        # Janus drops a session that nobody polls only where it has a timeout; this one has none.
        return session, f"/{session}/{found['data']['id']}"

    def _sdp(self, session: int) -> str:
        """Of the next event that has one. Refused: Janus will not; TimeoutError: it says everything but that."""
        until = time.monotonic() + ANSWER_SECONDS
        while time.monotonic() < until:
            event: dict[str, Any] = self.janus.event(session)
            if error := event.get("plugindata", {}).get("data", {}).get("error"):
                raise Refused(error)
            if "jsep" in event:
                return str(event["jsep"]["sdp"])
        raise TimeoutError("Janus gave no session description")


_asking = threading.Lock()


def _answer(receiver_url: str, name: str, offer: str) -> str:
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/sdp"}
    request = urllib.request.Request(f"{receiver_url}/{name}", offer.encode(), headers)
    with _asking, urllib.request.urlopen(request, timeout=10) as reply:
        return str(reply.read().decode())
