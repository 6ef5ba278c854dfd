"""A camera's path in MediaMTX's configuration: what we want in it, and how we know that it is ours.

MediaMTX has no labels. `recordPath` carries INSTANCE_ID: nothing is recorded, it can be changed without cutting readers
off, and should recordings come, those of two instances will lie in folders of their own.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from django.conf import settings

from streaming.media import names
from streaming.media.mediamtx_client import GatewayRefused, MediaMtx
from streaming.media.ports import MediaError, Secret

Json = dict[str, Any]
VIDEO = frozenset({"AV1", "VP9", "VP8", "H265", "H264", "MPEG-4 Video", "MPEG-1/2 Video", "M-JPEG"})  # its names
PIECE = re.compile(r"(\d+(?:\.\d+)?)(d|h|ms|m|us|µs|ns|s)")
UNITS = {"d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}


def wanted(source: Secret) -> Json:
    """What every path of ours says, whoever reads it."""
    return {
        "source": source.reveal(),
        "sourceOnDemandStartTimeout": f"{settings.SOURCE_START_SECONDS:g}s",
        "sourceOnDemandCloseAfter": f"{settings.GATEWAY_CLOSE_SECONDS:g}s",
        "rtspTransport": "tcp",
        "maxReaders": settings.GATEWAY_MAX_READERS,
        "record": False,
        "recordPath": _label() + "%path/%Y-%m-%d_%H-%M-%S-%f",
    }


def _label() -> str:
    return f"./recordings/{quote(settings.INSTANCE_ID, safe='').replace('%', '_')}/"


def camera_of(conf: Json) -> str | None:
    """The camera of a path of this instance; None for what is not ours."""
    ours = str(conf.get("recordPath")).startswith(_label())
    return names.camera_of_path(str(conf.get("name"))) if ours else None


def find(api: MediaMtx, camera_id: str) -> Json | None:
    """The configuration of our path of this camera. MediaError `name_taken` where somebody else has the name."""
    conf = api.get(f"/config/paths/get/{_name(camera_id)}")
    if conf is not None and camera_of(conf) != camera_id:
        raise MediaError("name_taken")
    return conf


def add(api: MediaMtx, camera_id: str, fields: Json) -> bool:
    """False where a path of that name exists already."""
    try:
        api.call("POST", f"/config/paths/add/{_name(camera_id)}", fields)
    except GatewayRefused as refused:
        if refused.exists:
            return False
        raise
    return True


def patch(api: MediaMtx, camera_id: str, fields: Json) -> bool:
    """False where the path is gone. MediaMTX builds a path anew, and cuts its readers off, for a new source."""
    return api.call("PATCH", f"/config/paths/patch/{_name(camera_id)}", fields) is not None


def delete(api: MediaMtx, camera_id: str) -> None:
    api.call("DELETE", f"/config/paths/delete/{_name(camera_id)}")


def status(api: MediaMtx, camera_id: str) -> Json | None:
    return api.get(f"/paths/get/{_name(camera_id)}")


def _name(camera_id: str) -> str:
    return quote(names.path(camera_id), safe="")


def differences(conf: Json, fields: Json) -> Json:
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
