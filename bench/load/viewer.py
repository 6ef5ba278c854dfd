"""One viewer after the other on one place: reserves, beats, and goes, one way or another."""

from __future__ import annotations

import asyncio
import base64
import json
import math
import random
import time
from dataclasses import dataclass
from enum import Enum
from typing import Any

from bench.load.churn import Choice, Exit
from bench.load.tally import EXPECTED, Tally
from bench.load.wire import Answer, Wire

HEARTBEAT = 15.0
FRAMES = 375  # of 15 s at 25/s
LOOK_EVERY, LOOKS = 1.0, 30  # seconds between two looks for LIVE, and how many
MEDIA_GONE = 16.0  # seconds until LiveKit misses somebody


class Phase(Enum):
    RESERVING = "reserving"
    HELD = "held"
    LEAVING = "leaving"
    CRASHED = "crashed"
    OVER = "over"


@dataclass
class Lease:
    """`sent`, `answered`: of the last heartbeat that was answered well, time.monotonic(). `over`: when it is to go."""

    reservation: str = ""
    room: str = ""
    identity: str = ""
    phase: Phase = Phase.RESERVING
    sent: float = 0.0
    answered: float = 0.0
    frames: int = 0
    over: float = math.inf
    leaves: Exit = Exit.RELEASE


class People:
    """Who is to join and leave rooms at the next delivery."""

    def __init__(self) -> None:
        self.join: list[tuple[str, str]] = []
        self.leave: list[tuple[str, str]] = []

    def take(self) -> bytes:
        said = json.dumps({"join": self.join, "leave": self.leave}).encode()
        self.join, self.leave = [], []
        return said


@dataclass
class Viewer:
    """A user of a system: `key` is the system's."""

    user: str
    key: str
    choice: Choice
    wire: Wire
    people: People
    tally: Tally
    chance: random.Random

    async def watch(self, lease: Lease, *, seconds: float, new: bool | None = None) -> bool:
        """A whole visit; False where it was refused, or the lease was lost."""
        camera = self.choice.come(time.monotonic(), new=new)
        try:
            live = await self._reserve(lease, camera)
            if lease.phase is not Phase.HELD:
                return False
            lease.over = min(lease.over, time.monotonic() + seconds)  # sent home while it reserved, it stays so
            if not live:
                await self._until_live(lease)
            await self._beat(lease)
            if lease.phase is Phase.HELD:
                await self._leave(lease)
        finally:
            self.choice.go(camera, time.monotonic())
            self._leave_room(lease)
        return True

    async def _reserve(self, lease: Lease, camera: str) -> bool:
        """Whether it is LIVE already."""
        asked = {"camera_id": camera, "transport": "webrtc", "user_id": self.user}
        sent = time.monotonic()
        answer = await self._ask("POST", "/stream/reserve", asked)
        if answer.status != 201:
            lease.phase = Phase.OVER
            if answer.status == 0:
                self.tally.unanswered.append(time.monotonic())
            self._refused("reserve", answer)
            return False
        said = json.loads(answer.body)
        self.tally.time("join" if said["reused"] else "new", answer)
        self.tally.events["reserved" if said["reused"] else "reserved new"] += 1
        lease.reservation, lease.room, lease.phase = said["reservation_id"], said["room_name"], Phase.HELD
        lease.sent, lease.answered = sent, time.monotonic()
        return self._join_room(lease, said)

    def _join_room(self, lease: Lease, said: dict[str, Any]) -> bool:
        token = said.get("livekit_token")
        if not token:
            return False
        lease.identity = identity_in(token)
        self.people.join.append((lease.room, lease.identity))
        return True

    async def _until_live(self, lease: Lease) -> None:
        """The page would be told by a WebSocket; another system looks."""
        for _ in range(LOOKS):
            await asyncio.sleep(LOOK_EVERY)
            answer = await self._ask("GET", f"/stream/reservations/{lease.reservation}")
            self.tally.time("look", answer)
            if answer.status != 200:
                self.tally.wrong("look", answer, code_of(answer))
                return
            if self._join_room(lease, json.loads(answer.body)):
                return
        self.tally.events["never live"] += 1

    async def _beat(self, lease: Lease) -> None:
        """Sent home meanwhile, it goes at the next beat at the latest."""
        due = time.monotonic() + self.chance.random() * HEARTBEAT
        while lease.phase is Phase.HELD:
            await asyncio.sleep(max(0.0, min(due, lease.over) - time.monotonic()))
            if lease.over <= (sent := time.monotonic()):
                return
            self.tally.lateness(sent - due)
            await self._heartbeat(lease, sent)
            due += HEARTBEAT

    async def _heartbeat(self, lease: Lease, sent: float) -> None:
        lease.frames += FRAMES
        report = {
            "frames_decoded": lease.frames,
            "bitrate": 2.9e6,
            "latency_ms": 180.0,
            "packets_lost": 3,
            "rtt_ms": 9.0,
        }
        answer = await self._ask("POST", f"/stream/heartbeat/{lease.reservation}", report)
        self.tally.time("heartbeat", answer)
        if answer.status == 200:
            lease.sent, lease.answered = sent, time.monotonic()
        else:
            lease.phase = Phase.OVER if answer.status in {404, 410} else lease.phase
            self.tally.wrong("heartbeat", answer, code_of(answer))

    async def _leave(self, lease: Lease) -> None:
        self.tally.events[lease.leaves.value] += 1
        if lease.leaves is not Exit.RELEASE:
            lease.phase = Phase.CRASHED
            return
        lease.phase = Phase.LEAVING
        answer = await self._ask("DELETE", f"/stream/release/{lease.reservation}")
        self.tally.time("release", answer)
        lease.phase = Phase.OVER
        if answer.status != 204:
            self.tally.wrong("release", answer, code_of(answer))

    def _leave_room(self, lease: Lease) -> None:
        if not lease.identity or lease.leaves is Exit.HANG:
            return
        wait = MEDIA_GONE if lease.leaves is Exit.CRASH else 0.0
        who = (lease.room, lease.identity)
        asyncio.get_running_loop().call_later(wait, lambda: self.people.leave.append(who))

    def _refused(self, kind: str, answer: Answer) -> None:
        code = code_of(answer)
        if code in EXPECTED:
            self.tally.refused[code] += 1
            self.tally.time("refusal", answer)
        else:
            self.tally.wrong(kind, answer, code)

    async def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Answer:
        said = b"" if body is None else json.dumps(body).encode()
        return await self.wire.ask(method, f"/api/v1{path}", said, self.key)


def identity_in(token: str) -> str:
    """A JWT's subject, not verified: it is its holder's own."""
    payload = token.split(".")[1]
    said: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return str(said["sub"])


def code_of(answer: Answer) -> str:
    """Of a problem+json."""
    try:
        return str(json.loads(answer.body).get("code", ""))
    except (ValueError, AttributeError):
        return ""
