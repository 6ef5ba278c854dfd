"""PusherRunner without processes: MediaMTX's own `forward` publishes a camera's path to the SFU's WHIP endpoint.

A forward is configuration, without an exit code: it runs while it is configured and its path has the camera. MediaMTX
tries a destination that refuses again by itself, every 5 s; whether media arrives is what the room says. A forward is
no reader of its path, so that the path is `sourceOnDemand: no` from then until it is removed. MediaMTX has no
compare-and-set: within a process a lock keeps starts and stops of a camera apart, between processes its work lease.
"""

from __future__ import annotations

import re
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings

from streaming.media import forward_dest, names
from streaming.media import mediamtx_paths as paths
from streaming.media.forward_dest import Forward
from streaming.media.mediamtx_client import MediaMtx
from streaming.media.ports import Layering, MediaError, PusherSpec, PusherStatus, PusherUsage, Secret
from whip_pusher.exits import Exit

Json = dict[str, Any]
AWAY = "runner_unreachable"
PASSES = "H264"  # the one codec that every browser plays
# What MediaMTX 1.20.1 says of a WHIP endpoint's no, and of media that WebRTC cannot carry; all else passes by itself.
STATUS = re.compile(r"bad status code: (4\d\d)")
HOPELESS = ("WebRTC doesn't support", "the stream doesn't contain any supported codec")
POLL = 0.02  # seconds between two looks for a forward that is ending
_locks: dict[str, threading.Lock] = {}


class ForwardPushers:
    layering: Layering = "main"  # a path has one destination, and the sub-stream's would be a publisher of its own

    def start(self, spec: PusherSpec) -> PusherStatus:
        """The camera's path must be there: `path_gone` where MediaMTX lost it since."""
        with _lock(spec.camera_id), MediaMtx(AWAY) as api:
            conf = paths.find(api, names.path(spec.camera_id))
            there = _ours(conf)
            if there is not None and there.generation >= spec.generation:
                if there.generation > spec.generation:
                    raise MediaError("superseded")
                return _status(spec.camera_id, there)
            if there is not None:
                _end(api, spec.camera_id)
            entry = _entry(spec)
            fields = {"sourceOnDemand": False, "forward": [entry]}
            if conf is None or not paths.patch(api, names.path(spec.camera_id), fields):
                raise MediaError("path_gone")
            started = forward_dest.found_in({"forward": [entry]})
            assert started is not None
            return _status(spec.camera_id, started)

    def stop(self, camera_id: str, *, up_to: int) -> None:
        """The path stays as it is: what removes it, or forwards it again, comes right after."""
        with _lock(camera_id), MediaMtx(AWAY) as api:
            there = _ours(_mine(api, camera_id))
            if there is not None and there.generation <= up_to:
                _end(api, camera_id)

    def set_layers(self, camera_id: str, *, generation: int, layers: frozenset[str]) -> None:
        """Nothing to choose from."""

    def inspect(self, camera_id: str) -> PusherStatus | None:
        with MediaMtx(AWAY) as api:
            there = _ours(_mine(api, camera_id))
            return None if there is None else _status(camera_id, there, _ended(api, camera_id, there))

    def list(self) -> list[PusherStatus]:
        """By two listings, however many cameras forward; what can never be forwarded only `inspect` finds."""
        with MediaMtx(AWAY) as api:
            found = [(paths.camera_of(conf), _ours(conf)) for conf in api.items("/config/paths/list")]
            forwards = [(camera_id, there) for camera_id, there in found if camera_id and there]
            states = {str(path.get("name")): path for path in api.items("/paths/list")} if forwards else {}
        return [
            _status(camera_id, there, _stalled(states.get(names.path(camera_id), {}), there))
            for camera_id, there in forwards
        ]

    def usage(self) -> dict[str, PusherUsage]:
        """Bytes of the camera's whole path, other readers included: processor and memory are MediaMTX's own."""
        with MediaMtx(AWAY) as api:
            found = [(paths.camera_of(conf), _ours(conf)) for conf in api.items("/config/paths/list")]
            cameras = {names.path(camera_id): camera_id for camera_id, there in found if camera_id and there}
            states = [path for path in api.items("/paths/list") if path.get("name") in cameras] if cameras else []
            return {cameras[path["name"]]: _usage(path) for path in states}


def _usage(path: Json) -> PusherUsage:
    return PusherUsage(received_bytes=path.get("bytesReceived"), sent_bytes=path.get("bytesSent"))


def _lock(camera_id: str) -> threading.Lock:
    return _locks.setdefault(camera_id, threading.Lock())


def _mine(api: MediaMtx, camera_id: str) -> Json | None:
    """What somebody else holds under the name is nothing of ours."""
    try:
        return paths.find(api, names.path(camera_id))
    except MediaError as error:
        if error.code == "name_taken":
            return None
        raise


def _ours(conf: Json | None) -> Forward | None:
    return None if conf is None else forward_dest.found_in(conf)


def _entry(spec: PusherSpec) -> Json:
    key = spec.secrets.get("STREAM_KEY", Secret(""))
    try:
        return forward_dest.made(spec.environment.get("WHIP_ENDPOINT", ""), key, spec.generation, datetime.now(UTC))
    except ValueError:
        raise MediaError("bad_pusher_setting", permanent=True, name="WHIP_ENDPOINT") from None


def _end(api: MediaMtx, camera_id: str) -> None:
    """Gone when it returns: MediaMTX answers before it has taken the change up."""
    paths.patch(api, names.path(camera_id), {"forward": []})
    while _destinations(api, camera_id):
        if api.remaining() < settings.MEDIA_CALL_TIMEOUT / 4:
            raise MediaError("pusher_not_gone")
        time.sleep(POLL)


def _destinations(api: MediaMtx, camera_id: str) -> list[Json]:
    found = api.get("/paths/forward/list", path=names.path(camera_id)) or {}
    return found.get("items") or []


def _stalled(path: Json, forward: Forward) -> Exit | None:
    """Without its camera, although it had the time to connect to it."""
    late = datetime.now(UTC) - forward.started_at > timedelta(seconds=settings.SOURCE_START_SECONDS)
    return Exit.SOURCE_STALLED if late and not path.get("ready") else None


def _ended(api: MediaMtx, camera_id: str, forward: Forward) -> Exit | None:
    """Why nothing is forwarded, or never can be, as far as MediaMTX knows by now."""
    path = paths.status(api, names.path(camera_id)) or {}
    return _stalled(path, forward) or _hopeless(api, camera_id, path)


def _hopeless(api: MediaMtx, camera_id: str, path: Json) -> Exit | None:
    codecs = [track.get("codec") for track in path.get("tracks2") or []]
    if codecs and not any(codec in paths.VIDEO for codec in codecs):
        return Exit.SOURCE_NOT_VIDEO
    if codecs and PASSES not in codecs:
        return Exit.CODEC_REFUSED
    errors = [str(dest.get("lastError")) for dest in _destinations(api, camera_id)]
    return next((exit for error in errors if (exit := _refused(error)) is not None), None)


def _refused(error: str) -> Exit | None:
    """As the pusher program would end: the next generation heals a key that is no longer good, and no other 4xx."""
    if error.startswith(HOPELESS):
        return Exit.CODEC_REFUSED
    status = STATUS.fullmatch(error)
    if status is None or status[1] == "429":
        return None
    return Exit.WHIP_UNAUTHORISED if status[1] in {"401", "403", "404", "409"} else Exit.WHIP_REFUSED


def _status(camera_id: str, forward: Forward, ended: Exit | None = None) -> PusherStatus:
    return PusherStatus(
        name=names.pusher(camera_id),
        camera_id=camera_id,
        generation=forward.generation,
        running=ended is None,
        exit_code=None if ended is None else int(ended),
        started_at=forward.started_at,
        reconnects=False,
    )
