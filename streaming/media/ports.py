"""The three ports to the world of media: SFU, gateway and pusher runner (docs/design/ports.md).

An adapter answers with these shapes or raises `MediaError`; nothing else leaves it. "Gone" (a 404
outside) is a normal answer, never an error. Every call is idempotent and bounded by
`MEDIA_CALL_TIMEOUT` seconds. Names come from `streaming.media.names`; generations grow for ever.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol


class MediaError(Exception):
    """The only error an adapter raises. `permanent`: trying again without a change is useless."""

    def __init__(self, code: str, *, permanent: bool = False, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.permanent = permanent
        self.params = params


@dataclass(frozen=True, slots=True)
class Secret:
    """A text that never shows itself: prints as ***; `reveal()` is the only way to it."""

    _text: str = field(repr=False)

    def reveal(self) -> str:
        return self._text

    def __str__(self) -> str:
        return "***"

    def __repr__(self) -> str:
        return "Secret(***)"

    def __bool__(self) -> bool:
        return bool(self._text)


@dataclass(frozen=True, slots=True)
class Ingest:
    """Where a pusher of one generation publishes. `key` is sent as a bearer (RFC 9725 §4.2).

    `publish_url` is for callers that may publish and cannot send a bearer; empty: `whip_url`.
    """

    camera_id: str
    generation: int
    ingest_id: str
    whip_url: str
    key: Secret = field(default_factory=lambda: Secret(""))
    publish_url: Secret = field(default_factory=lambda: Secret(""))


@dataclass(frozen=True, slots=True)
class Participant:
    room: str
    identity: str
    publishing: bool
    generation: int | None = None


@dataclass(frozen=True, slots=True)
class ViewerAccess:
    """What a viewer needs to join: for LiveKit a URL and token, for Janus our own signalling."""

    url: str | None
    token: str | None
    ice_servers: Sequence[dict[str, object]] = ()


@dataclass(frozen=True, slots=True)
class ViewerOffer:
    """SDP of all tracks of a publisher. `tracks`: {mid: `high`, `low` or `audio`}."""

    sdp: str
    tracks: dict[str, str] = field(default_factory=dict)


class Sfu(Protocol):
    """A room per camera, one publisher, many viewers.

    | call | answer | when it is not there |
    |---|---|---|
    | ensure_room | None | made |
    | create_ingest | Ingest; ingests of older generations are refused from now on, for good | made |
    | delete_ingests | None: none of generation <= `up_to` is left, its publisher neither | None |
    | delete_room | None: nobody is in it any more | None |
    | publisher | the publisher whose media flows, else None | None |
    """

    kind: Literal["livekit", "janus"]

    def ensure_room(self, camera_id: str) -> None: ...
    def create_ingest(self, camera_id: str, generation: int) -> Ingest: ...
    def delete_ingests(self, camera_id: str, *, up_to: int) -> None: ...
    def delete_room(self, camera_id: str) -> None: ...
    def publisher(self, camera_id: str) -> Participant | None: ...
    def viewer_access(self, camera_id: str, reservation_id: str) -> ViewerAccess: ...
    def participants(self, camera_id: str) -> list[Participant]:
        """Those whose connection is up; a publisher without media is there, too, and is not `publishing`."""
        ...

    def people(self) -> dict[str, list[Participant]]:
        """The participants of every room of this INSTANCE_ID, by camera_id; empty rooms too."""
        ...

    def remove_participant(self, camera_id: str, identity: str) -> None: ...
    def set_viewer_layers(self, camera_id: str, reservation_id: str, layers: frozenset[str]) -> None:
        """Send this viewer these layers of the camera's video, and no other; None where it is not there.

        Nothing where viewers subscribe to tracks by themselves (LiveKit).
        """
        ...

    def list_rooms(self) -> list[str]:
        """camera_ids of all rooms of this INSTANCE_ID."""
        ...

    def list_ingests(self, people: Mapping[str, Sequence[Participant]] | None = None) -> list[Ingest]:
        """All ingests of this INSTANCE_ID, keys left empty.

        `people`: what `people()` has just said; where ingests are the publishers themselves it saves asking again.
        """
        ...


class Signalling(Protocol):
    """Only where the viewer's SDP passes through us (Janus). SDP in full, no trickle."""

    def viewer_offer(self, camera_id: str, reservation_id: str) -> ViewerOffer:
        """A fresh SDP offer for this viewer; an older peer of the same viewer is replaced.

        It has every track of the publisher; only the layers that the lease wants flow.

        Raises MediaError("stream_not_live") when nobody publishes.
        """
        ...

    def viewer_answer(self, camera_id: str, reservation_id: str, sdp: str) -> None:
        """Start the viewer's media. MediaError("bad_sdp", permanent) or ("peer_gone")."""
        ...

    def whip_publish(self, camera_id: str, key: str, sdp: str) -> tuple[str, str]:
        """(resource id, SDP answer). MediaError "whip_unauthorised", "bad_sdp", "sfu_unreachable"."""
        ...

    def whip_delete(self, camera_id: str, key: str, resource: str) -> None: ...

    def sweep(self) -> object:
        """End what a crash of ours left in the SFU: sessions of nobody."""
        ...


@dataclass(frozen=True, slots=True)
class GatewayPath:
    """How a pusher reads a camera and its sub-stream, and where the pusher writes HLS if the gateway does not."""

    rtsp_url: Secret
    hls_dir: str | None = None
    sub_rtsp_url: Secret | None = None  # where the camera has a sub-stream


@dataclass(frozen=True, slots=True)
class PathStatus:
    name: str
    ready: bool
    bytes_received: int = 0
    video_codec: str | None = None  # "H264", "H265", …, where the gateway knows


@dataclass(frozen=True, slots=True)
class HlsSession:
    """Somebody who plays HLS from the gateway itself. `token`: what it showed, empty where it showed none."""

    session_id: str
    camera_id: str
    token: Secret


class Gateway(Protocol):
    def ensure_path(
        self, camera_id: str, source: Secret, generation: int, *, sub_source: Secret | None = None
    ) -> GatewayPath:
        """The camera's path and, where it has a sub-stream, that one's; both are one from here on."""
        ...

    def remove_path(self, camera_id: str) -> None: ...
    def path_status(self, camera_id: str) -> PathStatus | None: ...
    def list_paths(self) -> list[str]:
        """camera_ids of all paths of this INSTANCE_ID; one that lost its sub-stream's path is as good as gone."""
        ...

    def hls_ready(self, camera_id: str) -> bool: ...
    def hls_sessions(self) -> list[HlsSession]:
        """Of this INSTANCE_ID's paths; none where we serve HLS ourselves and ask for the lease each time."""
        ...

    def kick_hls(self, session_id: str) -> None:
        """Its next request is refused; it may ask for a new session with the token of an ACTIVE lease."""
        ...


@dataclass(frozen=True, slots=True)
class PusherSpec:
    """One pusher to start. `environment` holds no secret; `secrets` go by file (NAME_FILE).

    `transcodes`: whether it will have to, as far as one knows (None: not yet); runners set their limits by it.
    """

    camera_id: str
    generation: int
    environment: dict[str, str]
    secrets: dict[str, Secret]
    transcodes: bool | None = None


@dataclass(frozen=True, slots=True)
class PusherStatus:
    """One pusher as its runner sees it. `exit_code` is None while it runs."""

    name: str
    camera_id: str
    generation: int
    running: bool
    exit_code: int | None = None
    started_at: datetime | None = None
    reason: str | None = None  # what the runner knows besides, e.g. "oom_killed", "unhealthy"
    reconnects: bool = True  # whether it looks by itself for a camera that went away, and ends when it gives up


@dataclass(frozen=True, slots=True)
class PusherUsage:
    """What a running pusher has used since it started; None is what its runner cannot know.

    Bytes of connections that have ended may no longer be in it, so that it may fall: rates are of what grew.
    """

    cpu_seconds: float | None = None
    memory_bytes: int | None = None  # now
    received_bytes: int | None = None
    sent_bytes: int | None = None


Layering = Literal["told", "all", "main"]


class PusherRunner(Protocol):
    """At most one pusher per camera; never restarts one by itself; keeps exit codes.

    | call | same generation there | older there | newer there | not there | name held by a stranger |
    |---|---|---|---|---|---|
    | start | its status | replaced | error `superseded` | started | error `name_taken` |
    | stop(up_to) | gone when it returns | gone when it returns | untouched | None | untouched |
    | inspect | its status | its status | its status | None | None |
    | set_layers | fed within a second, None | None | None | None | None |

    `layering`: which layers (streaming.layers) a camera's pusher feeds. `told`: those of LAYERS in its environment,
    then those it was told last; `all`: all it has, all the time; `main`: the main stream only. Where they are not
    told, `set_layers` does nothing.

    Containers and services are kept by label: one that was started by hand with ours is ours, whatever its name. `list`
    tells it beside the other, and `stop` ends both.

    An exited pusher stays listed, with its exit code, until `stop` removes it; `start` of the
    same generation answers its status and does not start it again.
    """

    layering: Layering

    def start(self, spec: PusherSpec) -> PusherStatus: ...
    def stop(self, camera_id: str, *, up_to: int) -> None: ...
    def set_layers(self, camera_id: str, *, generation: int, layers: frozenset[str]) -> None:
        """From now on the pusher of just this generation feeds these layers (`high`, `low`; at least one)."""
        ...

    def inspect(self, camera_id: str) -> PusherStatus | None: ...
    def list(self) -> list[PusherStatus]:
        """All pushers of this INSTANCE_ID, exited ones too."""
        ...

    def usage(self) -> dict[str, PusherUsage]:
        """By camera_id, of the running pushers of this INSTANCE_ID that the runner can look into."""
        ...
