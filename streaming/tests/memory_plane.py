"""The three ports in memory, for tests of rows and states; the real ones have their contract tests.

`fail` names calls that raise the given error, once each, before they do anything (or after, in `fail_after`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from streaming.layers import as_text
from streaming.media import names
from streaming.media.ports import (
    GatewayPath,
    HlsSession,
    Ingest,
    Layering,
    MediaError,
    Participant,
    PathStatus,
    PusherSpec,
    PusherStatus,
    PusherUsage,
    Secret,
    ViewerAccess,
)

T = TypeVar("T")


@dataclass
class Memory:
    pushers: dict[str, PusherStatus] = field(default_factory=dict)
    ingests: dict[tuple[str, int], Ingest] = field(default_factory=dict)
    rooms: set[str] = field(default_factory=set)
    paths: set[str] = field(default_factory=set)
    sessions: dict[str, HlsSession] = field(default_factory=dict)  # who plays HLS from the gateway
    viewers: dict[str, set[str]] = field(default_factory=dict)
    doubles: list[PusherStatus] = field(default_factory=list)  # pushers beside those, under names of their own
    more_ingests: list[Ingest] = field(default_factory=list)  # second ones of a generation
    senders: set[str] = field(default_factory=set)  # identities that publish and are not the publisher
    starts: list[tuple[str, int]] = field(default_factory=list)
    specs: list[PusherSpec] = field(default_factory=list)
    usage: dict[str, PusherUsage] = field(default_factory=dict)  # of running pushers, where a test cares
    layering: Layering = "told"
    fed: dict[str, str] = field(default_factory=dict)  # layers that each camera's pusher feeds
    told: list[tuple[str, int, str]] = field(default_factory=list)  # camera, generation, layers
    shown: list[tuple[str, str, str]] = field(default_factory=list)  # camera, reservation, layers
    codec: str | None = None  # what the gateway says it carries
    fail: dict[str, BaseException] = field(default_factory=dict)
    fail_after: dict[str, BaseException] = field(default_factory=dict)
    before: dict[str, Callable[[], None]] = field(default_factory=dict)
    ready: bool = True  # whether the gateway has the camera's picture
    publishes: bool = True  # whether a started pusher's media reaches its room
    connected: bool = True  # whether its connection to the SFU stands where its media does not

    def call(self, name: str, do: Callable[[], T]) -> T:
        if name in self.before:
            self.before.pop(name)()
        if name in self.fail:
            raise self.fail.pop(name)
        answer = do()
        if name in self.fail_after:
            raise self.fail_after.pop(name)
        return answer

    def exit(self, camera_id: str, code: int, reason: str | None = None) -> None:
        old = self.pushers[camera_id]
        ended = PusherStatus(old.name, camera_id, old.generation, running=False, exit_code=code, reason=reason)
        self.pushers[camera_id] = ended

    def empty(self) -> bool:
        return not (self.pushers or self.doubles or self.ingests or self.more_ingests or self.rooms or self.paths)


class MemorySfu:
    kind = "janus"

    def __init__(self, memory: Memory) -> None:
        self.m = memory

    def ensure_room(self, camera_id: str) -> None:
        self.m.call("ensure_room", lambda: self.m.rooms.add(camera_id))

    def create_ingest(self, camera_id: str, generation: int) -> Ingest:
        ingest = Ingest(camera_id, generation, f"in-{generation}", f"http://sfu/{camera_id}", Secret(f"k{generation}"))
        return self.m.call("create_ingest", lambda: self._create_ingest(ingest))

    def _create_ingest(self, ingest: Ingest) -> Ingest:
        key = (ingest.camera_id, ingest.generation)
        self.m.more_ingests = [more for more in self.m.more_ingests if (more.camera_id, more.generation) != key]
        return self.m.ingests.setdefault(key, ingest)

    def delete_ingests(self, camera_id: str, *, up_to: int) -> None:
        self.m.call("delete_ingests", lambda: self._delete_ingests(camera_id, up_to))

    def _delete_ingests(self, camera_id: str, up_to: int) -> None:
        for key in [key for key in self.m.ingests if key[0] == camera_id and key[1] <= up_to]:
            del self.m.ingests[key]
        self.m.more_ingests = [i for i in self.m.more_ingests if i.camera_id != camera_id or i.generation > up_to]

    def delete_room(self, camera_id: str) -> None:
        self.m.call("delete_room", lambda: self.m.rooms.discard(camera_id))
        self.m.viewers.pop(camera_id, None)

    def publisher(self, camera_id: str) -> Participant | None:
        return self.m.call("publisher", lambda: self._publisher(camera_id))

    def _publisher(self, camera_id: str, *, silent_too: bool = False) -> Participant | None:
        pusher, there = self.m.pushers.get(camera_id), self.m.publishes or (silent_too and self.m.connected)
        if pusher is None or not pusher.running or not there or camera_id not in self.m.rooms:
            return None
        name = names.publisher(camera_id)
        return Participant(names.room(camera_id), name, self.m.publishes, pusher.generation)

    def viewer_access(self, camera_id: str, reservation_id: str) -> ViewerAccess:
        return ViewerAccess(None, None)

    def participants(self, camera_id: str) -> list[Participant]:
        publisher = self._publisher(camera_id, silent_too=True)
        there = self.m.viewers.get(camera_id, ())
        viewers = [Participant(camera_id, name, name in self.m.senders) for name in there]
        return ([publisher] if publisher else []) + viewers

    def people(self) -> dict[str, list[Participant]]:
        return {camera_id: self.participants(camera_id) for camera_id in self.list_rooms()}

    def remove_participant(self, camera_id: str, identity: str) -> None:
        self.m.viewers.get(camera_id, set()).discard(identity)

    def sweep(self) -> None:
        self.m.call("sweep", lambda: None)

    def set_viewer_layers(self, camera_id: str, reservation_id: str, layers: frozenset[str]) -> None:
        shown = (camera_id, reservation_id, as_text(layers))
        self.m.call("set_viewer_layers", lambda: self.m.shown.append(shown))

    def list_rooms(self) -> list[str]:
        return self.m.call("list_rooms", lambda: sorted(self.m.rooms))

    def list_ingests(self, people: Mapping[str, Sequence[Participant]] | None = None) -> list[Ingest]:
        return self.m.call("list_ingests", lambda: [*self.m.ingests.values(), *self.m.more_ingests])


class MemoryGateway:
    def __init__(self, memory: Memory) -> None:
        self.m = memory

    def ensure_path(
        self, camera_id: str, source: Secret, generation: int, *, sub_source: Secret | None = None
    ) -> GatewayPath:
        self.m.call("ensure_path", lambda: self.m.paths.add(camera_id))
        return GatewayPath(source, sub_rtsp_url=sub_source)

    def remove_path(self, camera_id: str) -> None:
        self.m.call("remove_path", lambda: self.m.paths.discard(camera_id))

    def path_status(self, camera_id: str) -> PathStatus | None:
        there = camera_id in self.m.paths
        found = PathStatus(camera_id, self.m.ready, video_codec=self.m.codec) if there else None
        return self.m.call("path_status", lambda: found)

    def list_paths(self) -> list[str]:
        return self.m.call("list_paths", lambda: sorted(self.m.paths))

    def hls_ready(self, camera_id: str) -> bool:
        return camera_id in self.m.paths

    def hls_sessions(self) -> list[HlsSession]:
        return self.m.call("hls_sessions", lambda: list(self.m.sessions.values()))

    def kick_hls(self, session_id: str) -> None:
        self.m.call("kick_hls", lambda: self.m.sessions.pop(session_id, None))


class MemoryRunner:
    def __init__(self, memory: Memory) -> None:
        self.m = memory

    @property
    def layering(self) -> Layering:
        return self.m.layering

    def set_layers(self, camera_id: str, *, generation: int, layers: frozenset[str]) -> None:
        self.m.call("set_layers", lambda: self._set_layers(camera_id, generation, layers))

    def _set_layers(self, camera_id: str, generation: int, layers: frozenset[str]) -> None:
        there = self.m.pushers.get(camera_id)
        if there and there.generation == generation:
            self.m.fed[camera_id] = as_text(layers)
            self.m.told.append((camera_id, generation, as_text(layers)))

    def start(self, spec: PusherSpec) -> PusherStatus:
        return self.m.call("start", lambda: self._start(spec))

    def _start(self, spec: PusherSpec) -> PusherStatus:
        there = self.m.pushers.get(spec.camera_id)
        if there and there.generation > spec.generation:
            raise MediaError("superseded")
        if there and there.generation == spec.generation:
            return there
        self.m.starts.append((spec.camera_id, spec.generation))
        self.m.specs.append(spec)
        self.m.fed[spec.camera_id] = spec.environment.get("LAYERS", "high")
        status = PusherStatus(names.pusher(spec.camera_id), spec.camera_id, spec.generation, running=True)
        self.m.pushers[spec.camera_id] = status
        return status

    def stop(self, camera_id: str, *, up_to: int) -> None:
        self.m.call("stop", lambda: self._stop(camera_id, up_to))

    def _stop(self, camera_id: str, up_to: int) -> None:
        there = self.m.pushers.get(camera_id)
        if there and there.generation <= up_to:
            del self.m.pushers[camera_id]
        self.m.doubles = [p for p in self.m.doubles if p.camera_id != camera_id or p.generation > up_to]

    def inspect(self, camera_id: str) -> PusherStatus | None:
        return self.m.call("inspect", lambda: self.m.pushers.get(camera_id))

    def list(self) -> list[PusherStatus]:
        return self.m.call("list", lambda: [*self.m.pushers.values(), *self.m.doubles])

    def usage(self) -> dict[str, PusherUsage]:
        running = {camera_id for camera_id, status in self.m.pushers.items() if status.running}
        return self.m.call("usage", lambda: {c: used for c, used in self.m.usage.items() if c in running})
