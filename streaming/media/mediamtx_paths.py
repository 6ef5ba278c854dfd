"""A camera's path in MediaMTX's configuration: what we want in it, and how we know that it is ours.

MediaMTX has no labels. `recordPath` carries INSTANCE_ID: nothing is recorded, it can be changed without cutting readers
off, and should recordings come, those of two instances will lie in folders of their own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote

from django.conf import settings

from streaming.media import names
from streaming.media.mediamtx_client import GatewayRefused, MediaMtx
from streaming.media.ports import MediaError, Secret

Json = dict[str, Any]
VIDEO = frozenset({"AV1", "VP9", "VP8", "H265", "H264", "MPEG-4 Video", "MPEG-1/2 Video", "M-JPEG"})  # its names
PIECE = re.compile(r"(\d+(?:\.\d+)?)(d|h|ms|m|us|µs|ns|s)")
WITH_SUB = "with-sub/"  # what recordPath says of a camera whose sub-stream has a path, too
NOBODYS = "nobodys"
UNITS = {"d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}


def wanted(source: Secret, *, with_sub: bool = False) -> Json:
    """What every path of ours says, whoever reads it. `with_sub`: the camera's sub-stream has a path of its own."""
    return {
        "source": source.reveal(),
        "sourceOnDemandStartTimeout": f"{settings.SOURCE_START_SECONDS:g}s",
        "sourceOnDemandCloseAfter": f"{settings.GATEWAY_CLOSE_SECONDS:g}s",
        "rtspTransport": "tcp",
        "maxReaders": settings.GATEWAY_MAX_READERS,
        "record": False,
        "recordPath": _label() + (WITH_SUB if with_sub else "") + "%path/%Y-%m-%d_%H-%M-%S-%f",
    }


def _label() -> str:
    return f"./recordings/{quote(settings.INSTANCE_ID, safe='').replace('%', '_')}/"


def is_ours(conf: Json) -> bool:
    return str(conf.get("recordPath")).startswith(_label())


def has_sub(conf: Json | None) -> bool:
    """Whether our path of the camera says that there is one of its sub-stream, too."""
    return conf is not None and str(conf.get("recordPath")).startswith(_label() + WITH_SUB)


def camera_of(conf: Json) -> str | None:
    """The camera of a path of this instance; None for what is not ours, and for paths of sub-streams."""
    return names.camera_of_path(str(conf.get("name"))) if is_ours(conf) else None


def cameras(confs: Iterable[Json]) -> list[str]:
    """Whose paths are whole, and who has but its sub-stream's left; of all configurations."""
    ours = [conf for conf in confs if is_ours(conf)]
    subs = {camera for conf in ours if (camera := names.camera_of_sub_path(str(conf.get("name"))))}
    mains = {camera: has_sub(conf) for conf in ours if (camera := camera_of(conf))}
    whole = {camera for camera, with_sub in mains.items() if camera in subs or not with_sub}
    return sorted(whole | (subs - mains.keys()))


def find(api: MediaMtx, name: str) -> Json | None:
    """The configuration of our path of that name. MediaError `name_taken` where somebody else has the name."""
    conf = api.get(f"/config/paths/get/{_quoted(name)}")
    if conf is not None and not is_ours(conf):
        raise MediaError("name_taken")
    return conf


def write(
    api: MediaMtx, name: str, conf: Json | None, fields: Json, changes: Callable[[Json], Json] = lambda _: {}
) -> None:
    """The path, of which `find` said `conf`, says `fields` when it returns, and `changes` of one that was there.

    One that says the same already is not touched: its source and its readers go on.
    """
    if conf is None and not add(api, name, {**fields, "sourceOnDemand": True}):
        conf = find(api, name)  # another worker was faster
    if conf is not None:
        wrong = _differences(conf, fields) | changes(conf)
        if wrong and not patch(api, name, wrong):
            raise MediaError("path_gone")


def add(api: MediaMtx, name: str, fields: Json) -> bool:
    """False where a path of that name exists already."""
    try:
        api.call("POST", f"/config/paths/add/{_quoted(name)}", fields)
    except GatewayRefused as refused:
        if refused.exists:
            return False
        raise
    _settled(api)
    return True


def patch(api: MediaMtx, name: str, fields: Json) -> bool:
    """False where the path is gone. MediaMTX builds a path anew, and cuts its readers off, for a new source."""
    there = api.call("PATCH", f"/config/paths/patch/{_quoted(name)}", fields) is not None
    _settled(api)
    return there


def delete(api: MediaMtx, name: str) -> None:
    api.call("DELETE", f"/config/paths/delete/{_quoted(name)}")
    _settled(api)


def _settled(api: MediaMtx) -> None:
    """What was changed can be read when this returns.

    MediaMTX answers a change before its configuration can be read anew, and takes one change after the other: one of a
    path that nobody has is answered when those before it are done.
    """
    api.call("PATCH", f"/config/paths/patch/{NOBODYS}", {})


def status(api: MediaMtx, name: str) -> Json | None:
    return api.get(f"/paths/get/{_quoted(name)}")


def _quoted(name: str) -> str:
    return quote(name, safe="")


def _differences(conf: Json, fields: Json) -> Json:
    """Those of `fields` that say something else in `conf`. MediaMTX writes 90s as 1m30s."""
    return {name: value for name, value in fields.items() if not _same(conf.get(name), value)}


def _same(there: object, value: object) -> bool:
    if not isinstance(there, str) or not isinstance(value, str):
        return there == value
    length = seconds(value)
    return there == value if length is None else seconds(there) == length


def seconds(text: str) -> float | None:
    """Of a duration as Go and MediaMTX write it (`1m30s`, `500ms`, `1d`); None where it is none."""
    pieces = PIECE.findall(text)
    if not pieces or "".join(number + unit for number, unit in pieces) != text:
        return None
    return sum(float(number) * UNITS[unit] for number, unit in pieces)
