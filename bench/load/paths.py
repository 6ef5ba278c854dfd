"""What the fake MediaMTX holds: configurations of paths, their sources, and what they forward. No network."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bench.load.path_fields import REST
from bench.load.rooms import Later, Rooms
from tests.contract import mediamtx_bodies as bodies

Json = dict[str, Any]
READY, PUBLISHED, AGAIN = 0.15, 0.15, 5.0  # seconds: the source is there; then the publisher; a lost forward's retry
UNAUTHORISED = "bad status code: 401"


class Refused(Exception):
    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status, self.text = status, text


@dataclass
class Path:
    """`text`: the configuration as JSON, made once a change, for listings are many. `life`: which forward is meant."""

    conf: Json
    text: str = ""
    ready: bool = False
    life: int = 0
    publishes: tuple[str, str] | None = None  # room and identity
    error: str = ""


class Paths:
    """`clock`: epoch seconds, which tokens are judged by."""

    def __init__(self, rooms: Rooms, later: Later, clock: Callable[[], float]) -> None:
        self.paths: dict[str, Path] = {}
        self._rooms, self._later, self._clock = rooms, later, clock
        self._publishing: dict[tuple[str, str], str] = {}  # (room, identity) → path

    def path(self, name: str, otherwise: tuple[int, str]) -> Path:
        if name not in self.paths:
            raise Refused(*otherwise)
        return self.paths[name]

    def add(self, name: str, fields: Json) -> None:
        if name in self.paths:
            raise Refused(*bodies.EXISTS)
        self.paths[name] = Path({**bodies.PATH, **REST, "name": name})
        self.write(name, fields)

    def write(self, name: str, fields: Json) -> None:
        """A new source is a new path: what was forwarded is forwarded anew."""
        path = self.path(name, bodies.NO_PATH)
        if unknown := [field for field in fields if field not in path.conf]:
            raise Refused(400, f'json: unknown field "{unknown[0]}"')
        before, path.conf = path.conf, {**path.conf, **fields}
        path.text = json.dumps(path.conf, separators=(",", ":"))
        if path.conf["source"] != before["source"]:
            path.ready = False
        if path.conf["forward"] != before["forward"] or not path.ready:
            self._begin(path)

    def _begin(self, path: Path) -> None:
        """A forward is no reader: without one, a source is opened where it is not on demand."""
        self._stop(path)
        life = path.life
        if not path.conf["sourceOnDemand"]:
            self._later(0 if path.ready else READY, lambda: self._source_came(path, life))

    def _source_came(self, path: Path, life: int) -> None:
        if path.life == life:
            path.ready = True
            if path.conf["forward"]:
                self._later(PUBLISHED, lambda: self._publish(path, life))

    def _publish(self, path: Path, life: int) -> None:
        if path.life != life:
            return
        path.publishes = self._rooms.publish(path.conf["forward"][0]["whipBearerToken"], self._clock())
        path.error = "" if path.publishes else UNAUTHORISED
        if path.publishes:
            self._publishing[path.publishes] = path.conf["name"]
        else:
            self._later(AGAIN, lambda: self._publish(path, life))

    def _stop(self, path: Path) -> None:
        path.life += 1
        path.error = ""
        if path.publishes:
            self._publishing.pop(path.publishes, None)
            self._rooms.leave(*path.publishes)
            path.publishes = None

    def left(self, room: str, identity: str) -> None:
        """A publisher was cut off: its forward tries again, with the token that it has."""
        path = self.paths.get(self._publishing.pop((room, identity), ""))
        if path is not None:
            path.publishes, path.error = None, "terminated"
            life = path.life
            self._later(AGAIN, lambda: self._publish(path, life))

    def delete(self, name: str) -> None:
        path = self.path(name, bodies.NO_PATH)
        self._stop(path)
        del self.paths[name]

    def status(self, name: str) -> Json:
        path = self.path(name, bodies.NO_PATH)
        played = {"ready": True, "available": True, "inboundBytes": 976076, "tracks2": [bodies.H264]}
        return {**bodies.STATUS, "name": name, "confName": name, **(played if path.ready else {})}

    def forwards(self, name: str) -> list[Json]:
        path = self.path(name, bodies.NO_PATH)
        state = {"state": "error" if path.error else "forwarding", "lastError": path.error}
        return [{**bodies.FORWARD, "conf": conf, **state} for conf in path.conf["forward"]]
