"""`python -m bench.load.crowd WEB MEDIA`: the load generator, a process of its own; told by JSON lines on its stdin.

First line: the site. Then {"do": …}: ramp, look, count, harm, leave, report; each is answered by one line. It ends with
its stdin, and so with whoever started it.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from collections.abc import Callable
from typing import Any

import uvloop

from bench.load import churn
from bench.load.beliefs import LEASE, SEEN
from bench.load.churn import Agency, Choice, Exit
from bench.load.tally import Tally
from bench.load.viewer import Lease, People, Phase, Viewer
from bench.load.wire import Wire

Json = dict[str, Any]
LOOPBACK = "127.0.0.1"
DELIVERY = 0.25  # seconds between two deliveries of who joined and left
PAUSE = 1.0  # seconds between two visits on one place; after a refusal up to five
BACKOFF = 30.0  # seconds, the longest pause of somebody who is told again and again that the system is busy
FORGET = 120.0  # seconds after which a crashed lease is nobody's any more
SEED = 20


class Crowd:
    def __init__(self, site: Json, web: int, media: int) -> None:
        self.tally = Tally()
        self._chance = random.Random(SEED)
        self._web, self._media = Wire(LOOPBACK, web), Wire(LOOPBACK, media, fewest=1)
        self._people = People()
        self._agencies = [Agency(**each) for each in site["agencies"]]
        self._choices = [Choice(agency, self._chance) for agency in self._agencies]
        self._leases: dict[int, Lease] = {}
        self._crashed: list[Lease] = []
        self._places: list[asyncio.Task[None]] = []
        self._staying = True
        self._harm: asyncio.Task[None] | None = None

    async def ramp(self, asked: Json) -> Json:
        """`viewers` places are taken one after the other within `seconds`; every k-th takes a new camera."""
        count, cameras = asked["viewers"], sum(agency.limit for agency in self._agencies)
        every, pause = max(1, count // max(1, cameras)), asked["seconds"] / count
        began = time.monotonic()
        for place in range(count):
            await asyncio.sleep(max(0.0, began + place * pause - time.monotonic()))
            new = (place // len(self._choices)) % every == 0
            self._places.append(asyncio.create_task(self._keep(place, asked["stay"], new)))
        return {"seconds": time.monotonic() - began}

    async def _keep(self, place: int, mean: float, new: bool | None) -> None:
        """One visit after the other, until all are sent home."""
        agency = place % len(self._choices)
        keys = self._agencies[agency].keys
        key = keys[place // len(self._choices) % len(keys)]
        viewer = Viewer(
            f"user-{place:04d}", key, self._choices[agency], self._web, self._people, self.tally, self._chance
        )
        failures = 0
        while self._staying:
            lease = self._leases[place] = Lease(leaves=churn.exit_of(self._chance))
            try:
                stayed = await viewer.watch(lease, seconds=churn.stay(self._chance, mean), new=new)
            except Exception as error:  # noqa: BLE001 - a place that is lost must be told, not end the load
                self.tally.errors[f"generator {type(error).__name__}: {error}"] += 1
                stayed = False
            new = None
            if lease.phase is Phase.CRASHED:
                self._crashed.append(lease)
            failures = 0 if stayed else failures + 1
            await asyncio.sleep(self._pause(failures))

    def _pause(self, failures: int) -> float:
        """As a client of good manners: twice as long after each failure, and never together with the others."""
        longest = min(BACKOFF, 2.0 * 2**failures) if failures else 0.0
        return PAUSE + longest * self._chance.random()

    async def deliver(self) -> None:
        """Joins and leaves reach the fake in bundles."""
        while True:
            await asyncio.sleep(DELIVERY)
            if self._people.join or self._people.leave:
                await self._media.ask("POST", "/load/viewers", self._people.take())

    async def harm(self, asked: Json) -> Json:
        """From now on every so many seconds a pusher dies or a publisher vanishes, in turn; 0: no more."""
        if self._harm is not None:
            self._harm.cancel()
        self._harm = asyncio.create_task(self._hurt(asked["every"])) if asked["every"] else None
        return {}

    async def _hurt(self, every: float) -> None:
        while True:
            await asyncio.sleep(every)
            held = [lease.room for lease in self._leases.values() if lease.phase is Phase.HELD and lease.identity]
            for kind in ("drop-path", "kill-publisher"):
                room = self._chance.choice(held)
                said = {"path": room, "room": room, "identity": f"{room}_publisher"}
                await self._media.ask("POST", f"/load/{kind}", json.dumps(said).encode())
                self.tally.events[kind] += 1
                await asyncio.sleep(every)

    async def count(self, asked: Json) -> Json:
        self.tally.counting = asked["on"]
        return {}

    async def look(self, _: Json) -> Json:
        """What we believe, at one moment of time.monotonic()."""
        now = time.monotonic()
        self._crashed = [lease for lease in self._crashed if now - lease.answered < FORGET]
        phases: dict[Phase, list[Lease]] = {phase: [] for phase in Phase}
        for lease in self._leases.values():
            phases[lease.phase].append(lease)
        fresh = [lease for lease in phases[Phase.HELD] if now < lease.sent + LEASE]
        # Whose heartbeats fail may be let go: that is told as errors, and is no drift.
        stale = [lease for lease in phases[Phase.HELD] if now >= lease.sent + LEASE]
        return {
            "at": now,
            "held": [lease.reservation for lease in fresh],
            "leaving": [lease.reservation for lease in [*phases[Phase.LEAVING], *stale]],
            # One that was never answered may have been made all the same: it goes as a crashed one does.
            "reserving": len(phases[Phase.RESERVING]) + sum(now < at + LEASE + SEEN for at in self.tally.unanswered),
            "crashed": {lease.reservation: [lease.sent, lease.answered] for lease in self._crashed},
        }

    async def leave(self, asked: Json) -> Json:
        """Everybody goes within `seconds`, or a heartbeat later; nobody comes back."""
        self._staying, now = False, time.monotonic()
        for lease in self._leases.values():
            lease.over, lease.leaves = min(lease.over, now + self._chance.random() * asked["seconds"]), Exit.RELEASE
        _, left = await asyncio.wait(self._places, timeout=asked["seconds"] + 60)
        return {"left": len(left)}

    async def report(self, _: Json) -> Json:
        return self.tally.as_json()


async def answer(crowd: Crowd, incoming: asyncio.Queue[bytes]) -> None:
    while True:
        asked = json.loads(await incoming.get())
        does: Callable[[Json], Any] = getattr(crowd, asked["do"])
        print(json.dumps(await does(asked)), flush=True)


async def main(web: int, media: int) -> None:
    """Reads on while something is being done, so that the end of stdin is the end of everything at once."""
    reader = asyncio.StreamReader(limit=2**24)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    crowd = Crowd(json.loads(await reader.readline()), web, media)
    incoming: asyncio.Queue[bytes] = asyncio.Queue()
    tasks = [asyncio.create_task(work) for work in (crowd.deliver(), answer(crowd, incoming))]
    while line := await reader.readline():
        incoming.put_nowait(line)
    for task in tasks:
        task.cancel()


if __name__ == "__main__":
    uvloop.run(main(*map(int, sys.argv[1:3])))
